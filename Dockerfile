# One image for all roles: web, worker, scheduler and the commands. docker-compose.yml says what each of them runs.
# It stands here because `docker build .` and compose look for it here.
FROM python:3.11-slim-bookworm AS packages
COPY requirements/runtime.lock /tmp/
# Every file is compared with its hash, so it does not matter which index it comes from.
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/runtime.lock

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin planner && install -d -o planner -g planner -m 700 /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
# By name, so that nothing else of a working copy gets in: no .env, no data, no tests.
COPY manage.py LICENSE ./
COPY planner planner
COPY accounts accounts
COPY goals goals
COPY actions actions
COPY surveys surveys
COPY dashboards dashboards
COPY templates templates
COPY static static
COPY fixtures fixtures
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PLANNER_ENV=production DATA_DIR=/data
USER planner
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "planner.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
