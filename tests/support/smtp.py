"""A mail server for tests: takes what smtplib sends, and answers as a test wants. Stdlib alone.

    with MailServer() as server:                      # accepts everything
    with MailServer(answer=lambda mail: "451 later") ...
    server.mails                                      # what it took, in order

It also runs by itself, for measuring against a server that has a process of its own: `python -m tests.support.smtp` prints its port.
"""

import email
import email.message
import email.policy
import socketserver
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

OK = "250 taken"


@dataclass(slots=True)
class Took:
    """A mail as it came over the wire."""

    sender: str
    recipients: list[str]
    data: bytes = b""

    @property
    def message(self) -> email.message.EmailMessage:
        found = email.message_from_bytes(self.data, policy=email.policy.default)
        assert isinstance(found, email.message.EmailMessage)
        return found

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"]).strip()

    def text(self, kind: str = "plain") -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        return part.get_content()


class Handler(socketserver.StreamRequestHandler):
    server: "MailServer"
    disable_nagle_algorithm = True

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        self.server.connections += 1
        if self.server.hang == "greeting":
            self.server.closing.wait()
            return
        try:
            self.talk()
        except (ConnectionError, BrokenPipeError):
            return

    def talk(self) -> None:
        server = self.server
        self.say("220 test ESMTP")
        took = Took("", [])
        while line := self.rfile.readline():
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            verb = verb.upper()
            if verb == "EHLO":
                self.say("250-test\r\n250-8BITMIME\r\n250 STARTTLS" if server.broken_tls else "250-test\r\n250 8BITMIME")
            elif verb == "STARTTLS":
                self.say("220 go ahead")
                self.wfile.write(b"this is no TLS at all\r\n")
                return
            elif verb == "MAIL":
                took = Took(rest[5:].split(">")[0].strip("<"), [])
                self.say(server.answer_sender(took))
            elif verb == "RCPT":
                took.recipients.append(rest[3:].strip().strip("<>"))
                answer = server.answer(took)
                if not answer.startswith("2"):
                    took.recipients.pop()
                self.say(answer)
            elif verb == "DATA":
                self.say("354 go on")
                took.data = self.read_data()
                if server.hang == "data":
                    server.closing.wait()
                    return
                answer = server.answer_data(took)
                if answer.startswith("2"):
                    server.take(took)
                self.say(answer)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say(OK)

    def read_data(self) -> bytes:
        """Raises ConnectionError where the sender is gone before the closing dot: a mail is taken whole or not at all (RFC 5321, 4.1.1.4)."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line.endswith(b"\r\n"):
                raise ConnectionError("The sender was gone in the middle of a mail.")
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine. `answer` sees a mail with its newest recipient, `answer_data` the whole of it; both give the line to say."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        answer: Callable[[Took], str] = lambda took: OK,
        *,
        answer_data: Callable[[Took], str] = lambda took: OK,
        answer_sender: Callable[[Took], str] = lambda took: OK,
        hang: str = "",
        broken_tls: bool = False,
        keep: bool = True,
        port: int = 0,
    ):
        super().__init__(("127.0.0.1", port), Handler)
        self.answer, self.answer_data, self.answer_sender = answer, answer_data, answer_sender
        self.hang, self.broken_tls, self.keep = hang, broken_tls, keep
        self.mails: list[Took] = []
        self.count = self.connections = 0
        self.lock, self.closing = threading.Lock(), threading.Event()

    def handle_error(self, request, client_address) -> None:
        """A client that is killed in the middle of a mail is no fault of ours."""

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def take(self, took: Took) -> None:
        with self.lock:
            self.count += 1
            if self.keep:
                self.mails.append(took)

    def __enter__(self) -> "MailServer":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *said) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()


if __name__ == "__main__":
    alone = MailServer(keep=False)
    sys.stdout.write(f"{alone.port}\n")
    sys.stdout.flush()
    alone.serve_forever()
