"""Pictures of plans made by hand, for tests that need no database: the district's 80 steps, a nested plan, a plan with an odd scale."""

import copy
from datetime import date

from actions.picture import AreaPicture, PlanPicture, ReportMark, StatusWord, StepPicture, StrategyPicture

FULL = StatusWord(4, "Fully Implemented", "fully-implemented", 4, "complete", "st4")
DOING = StatusWord(3, "Implementation in Progress", "implementation-in-progress", 3, "under_way", "st3")
PLANNING = StatusWord(2, "Planning in Progress", "planning-in-progress", 2, "under_way", "st2")
NOT_STARTED = StatusWord(1, "Not Started", "not-started", 1, "not_started", "st1")
LADDER = [FULL, DOING, PLANNING, NOT_STARTED]
BY_RANK = {status.rank: status for status in LADDER}

DONE3 = StatusWord(13, "Done", "done", 3, "complete", "st4")
GOING3 = StatusWord(12, "Going on", "going-on", 2, "under_way", "st2a")
TO_DO3 = StatusWord(11, "To do", "to-do", 1, "not_started", "st1")
ON_HOLD = StatusWord(10, "On hold", "on-hold", None, "stopped", "stx")

LEVELS = {"goal_area": "Goal", "performance_objective": "Performance objective", "strategy": "Strategy", "action_step": "Action step"}

# code, our own short title, strategies with steps: code, our own short title, rank of the status, day of the last update, department
TREE = [
    (
        "1",
        "Teaching and learning",
        [
            (
                "1.1",
                "Technology in every student’s lessons",
                [
                    ("1.1.1", "Choose a framework for teaching with technology", 2, "2021-07-28", "Curriculum and Instruction"),
                    ("1.1.2", "Teach digital citizenship in all grades", 3, "2021-08-02", "Curriculum and Instruction"),
                ],
            ),
            (
                "1.2",
                "Digital materials that fit the curriculum",
                [
                    ("1.2.1", "Keep one set of core learning platforms", 4, "2021-07-21", "Curriculum and Instruction"),
                    ("1.2.2", "Publish the list of approved digital tools", 4, "2021-08-03", "Curriculum and Instruction"),
                    ("1.2.3", "Check every tool for accessibility", 1, "2021-07-14", "Curriculum and Instruction"),
                    ("1.2.4", "Buy curricula that come with digital access", 3, "2021-07-30", "Curriculum and Instruction"),
                    ("1.2.5", "Write a scope and sequence for technology skills", 2, "2021-07-07", "Curriculum and Instruction"),
                ],
            ),
            (
                "1.3",
                "Training and coaching for teachers",
                [
                    ("1.3.1", "Plan the yearly training calendar for all roles", 1, "2021-07-29", "Professional Learning"),
                    ("1.3.2", "Build one library of training materials", 3, "2021-07-28", "Professional Learning"),
                    ("1.3.3", "Keep a technology lead at every school", 4, "2021-08-02", "Professional Learning"),
                    ("1.3.4", "Describe what good lessons with technology look like", 1, "2021-07-21", "Professional Learning"),
                    ("1.3.5", "List the skills that each role needs", 1, "2021-08-03", "Professional Learning"),
                ],
            ),
        ],
    ),
    (
        "2",
        "Fair access",
        [
            (
                "2.1",
                "Up-to-date devices for students and staff",
                [
                    ("2.1.1", "Take-home devices in all secondary schools", 3, "2021-07-14", "Technology and Information Services"),
                    ("2.1.2", "New laptops for teachers, school by school", 2, "2021-07-30", "Technology and Information Services"),
                    ("2.1.3", "Replace devices on a three-to-four-year cycle", 2, "2021-07-07", "Technology and Information Services"),
                    ("2.1.4", "Track every mobile device in one system", 3, "2021-07-29", "Technology and Information Services"),
                    ("2.1.5", "Repair and replace devices centrally", 2, "2021-07-28", "Technology and Information Services"),
                    ("2.1.6", "Keep a list of standard equipment", 3, "2021-08-02", "Technology and Information Services"),
                ],
            ),
            (
                "2.2",
                "Help with access at home",
                [
                    ("2.2.1", "Wi-Fi outside school hours", 1, "2021-05-04", "Family Engagement"),
                    ("2.2.2", "Tell families about low-cost internet", 4, "2021-08-03", "Family Engagement"),
                    ("2.2.3", "Help school offices answer families’ questions", 1, "2021-07-14", "Family Engagement"),
                ],
            ),
        ],
    ),
    (
        "3",
        "Support for users",
        [
            (
                "3.1",
                "One support service for the whole district",
                [
                    ("3.1.1", "One work-order system for all staff", 3, "2021-07-30", "User Support"),
                    ("3.1.2", "Send technicians by need, in zones", 3, "2021-05-20", "User Support"),
                    ("3.1.3", "Solve more problems remotely", 3, "2021-07-29", "User Support"),
                    ("3.1.4", "Work more closely with the schools’ technology leads", 2, "2021-07-28", "User Support"),
                    ("3.1.5", "Renew the self-help pages", 3, "2021-08-02", "User Support"),
                    ("3.1.6", "Find further helpers, such as student technicians", 1, "2021-07-21", "User Support"),
                    ("3.1.7", "Continuous training for technicians", 2, "2021-08-03", "User Support"),
                ],
            ),
            (
                "3.2",
                "Devices from delivery to disposal",
                [
                    ("3.2.1", "Check devices in and out in the asset system", 3, "2021-07-14", "User Support"),
                    ("3.2.2", "Manage every device from one place", 3, "2021-07-30", "User Support"),
                    ("3.2.3", "Remove old devices on time", 3, "2021-07-07", "User Support"),
                    ("3.2.4", "Publish support levels and end-of-life dates", 2, "2021-07-29", "User Support"),
                ],
            ),
        ],
    ),
    (
        "4",
        "Network and operations",
        [
            (
                "4.1",
                "A network with room to grow",
                [
                    ("4.1.1", "More internet and wide-area capacity", 3, "2021-07-28", "Network Services"),
                    ("4.1.2", "Survey the present network", 3, "2021-08-02", "Network Services"),
                    ("4.1.3", "Set standards for network equipment at every site", 2, "2021-07-21", "Network Services"),
                    ("4.1.4", "Design the complete network, site by site", 2, "2021-05-04", "Network Services"),
                    ("4.1.5", "Run the network project in phases", 2, "2021-07-14", "Network Services"),
                    ("4.1.5", "Plan the replacement of network equipment", 1, "2021-07-30", "Network Services"),
                ],
            ),
            (
                "4.2",
                "Business and school systems",
                [
                    ("4.2.1", "Assess how core systems work together", 1, "2021-03-02", "Business Systems"),
                    ("4.2.2", "Look into cloud hosting for critical systems", 1, "2021-03-02", "Business Systems"),
                    ("4.2.3", "Decide which business systems to replace", 1, "2021-07-28", "Business Systems"),
                    ("4.2.4", "Judge the case for document management", 2, "2021-08-02", "Business Systems"),
                    ("4.2.7", "Consider internet telephony", 1, "2021-07-21", "Business Systems"),
                    ("4.2.8", "Set standards for security cameras", 1, "2021-08-03", "Business Systems"),
                ],
            ),
            (
                "4.3",
                "People and skills for operations",
                [
                    ("4.3.1", "Match staff and money to the systems", 1, "2021-07-14", "Human Resources"),
                    ("4.3.2", "Bring job descriptions up to date", 1, "2021-07-30", "Human Resources"),
                    ("4.3.3", "Train technicians within the working day", 2, "2021-07-07", "Human Resources"),
                ],
            ),
            (
                "4.4",
                "Continuity and disaster recovery",
                [
                    ("4.4.1", "Simplify the data center", 3, "2021-07-29", "Data Center"),
                    ("4.4.2", "Bring backups up to today’s practice", 3, "2021-07-28", "Data Center"),
                    ("4.4.3", "Prepare for outages with every department", 1, "2021-05-04", "Data Center"),
                    ("4.4.4", "Write a cloud strategy", 1, "2021-07-21", "Data Center"),
                    ("4.4.5", "Study a second data center", 1, "2021-08-03", "Data Center"),
                ],
            ),
        ],
    ),
    (
        "5",
        "Security and privacy",
        [
            (
                "5.1",
                "Defense against attacks",
                [
                    ("5.1.1", "Write an information security plan", 1, "2021-07-14", "Information Security"),
                    ("5.1.2", "Keep protective systems current", 3, "2021-07-30", "Information Security"),
                    ("5.1.3", "Prepare for security incidents", 1, "2021-07-07", "Information Security"),
                    ("5.1.4", "Test for weaknesses regularly", 3, "2021-07-29", "Information Security"),
                    ("5.1.5", "Discuss the risk register with leadership", 4, "2021-07-28", "Information Security"),
                ],
            ),
            (
                "5.2",
                "Careful handling of data",
                [
                    ("5.2.1", "Reach the privacy standard of the TLE seal", 1, "2021-08-02", "Information Security"),
                    ("5.2.2", "Reduce the number of places where data lie", 2, "2021-07-21", "Information Security"),
                    ("5.2.3", "Put privacy into the training of all staff", 2, "2021-08-03", "Information Security"),
                ],
            ),
        ],
    ),
    (
        "6",
        "Money and purchasing",
        [
            (
                "6.1",
                "Known costs and known savings",
                [
                    ("6.1.1", "Say what is bought centrally and what by schools", 2, "2021-07-14", "Purchasing and Warehouse"),
                    ("6.1.2", "Use relief money for lasting savings", 3, "2021-07-30", "Purchasing and Warehouse"),
                    ("6.1.3", "Plan how 1:1 devices are paid for", 2, "2021-07-07", "Purchasing and Warehouse"),
                ],
            ),
            (
                "6.2",
                "Grants and one-time money",
                [
                    ("6.2.1", "Review purchases made with one-time money", 1, "2021-07-29", "Finance"),
                    ("6.2.2", "Get the full E-Rate refund", 2, "2021-05-26", "Finance"),
                    ("6.2.3", "Keep a register of project proposals", 1, "2021-08-02", "Finance"),
                ],
            ),
            (
                "6.3",
                "Better ways of buying",
                [
                    ("6.3.1", "Use cooperative contracts", 3, "2021-07-21", "Purchasing and Warehouse"),
                    ("6.3.2", "Budget purchases over several years", 1, "2021-08-03", "Purchasing and Warehouse"),
                    ("6.3.3", "Ask vendors for the software checklist", 2, "2021-07-14", "Purchasing and Warehouse"),
                    ("6.3.4", "Keep long-term partners", 3, "2021-07-30", "Purchasing and Warehouse"),
                ],
            ),
        ],
    ),
    (
        "7",
        "Governance and reporting",
        [
            (
                "7.1",
                "Decisions in line with priorities",
                [
                    ("7.1.1", "Put technology policies in order", 2, "2021-07-07", "Office of the Superintendent"),
                    ("7.1.2", "Set up a standards committee", 1, "2021-05-04", "Office of the Superintendent"),
                    ("7.1.3", "Continue the review of digital tools", 3, "2021-07-28", "Office of the Superintendent"),
                    ("7.1.4", "Let leadership decide on security risks", 1, "2021-08-02", "Office of the Superintendent"),
                    ("7.1.5", "Consider a body for data questions", 1, "2021-07-21", "Office of the Superintendent"),
                    ("7.1.6", "Update this plan every year", 2, "2021-08-03", "Office of the Superintendent"),
                ],
            ),
            (
                "7.2",
                "Technology plans of the schools",
                [
                    ("7.2.1", "Ask each school for a five-year plan", 1, "2021-01-12", "School Support"),
                    ("7.2.2", "A technology committee at every school", 1, "2021-07-30", "School Support"),
                ],
            ),
            (
                "7.3",
                "Telling people how far we are",
                [
                    ("7.3.1", "Report progress to families and the board", 3, "2021-07-07", "Office of the Superintendent"),
                    ("7.3.2", "Rename the technology department", 2, "2021-07-29", "Office of the Superintendent"),
                ],
            ),
        ],
    ),
]
REWORDED = {"2.1.2": date(2021, 7, 16), "4.1.3": date(2021, 7, 9)}
MOVED_UP = ["1.2.5", "1.3.2", "3.1.5", "4.2.4", "4.4.1", "5.1.5", "6.1.3", "7.3.2"]
MOVED_BACK = ["5.1.3"]
REPORTS = [
    ("2021-01-12", 1, 9, 17, 53),
    ("2021-03-02", 2, 14, 19, 45),
    ("2021-05-04", 3, 20, 21, 36),
    ("2021-06-15", 4, 22, 22, 32),
    ("2021-08-03", 5, 24, 22, 29),
]


def slug_of(words: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in words.lower()).split())


def district_plan(as_of: date = date(2021, 8, 3), cycle_start: date = date(2021, 6, 16)) -> PlanPicture:
    """7 goals, 19 strategies, 80 steps: 5 / 24 / 22 / 29, 71 of them confirmed since the cycle began, one code used twice."""
    picture = PlanPicture(
        id=1,
        district="mdusd",
        district_name="Mt. Diablo Unified School District",
        slug="technology",
        title="Strategic Technology Plan",
        levels=dict(LEVELS),
        statuses=list(LADDER),
        as_of=as_of,
        cycle_start=cycle_start,
        today=date(2021, 8, 3),
        stage="adopted",
        visibility="live",
        generation=7,
        is_sample=True,
        description="What the district promised to do with technology by 2031.",
        reports=[
            ReportMark(date.fromisoformat(day), day, {s.name: n for s, n in zip(LADDER, counts, strict=True)}) for day, *counts in REPORTS
        ],
    )
    node = 0
    for code, title, strategies in TREE:
        node += 1
        area = AreaPicture(node, node, code, code, title)
        for s_code, s_title, steps in strategies:
            node += 1
            strategy = StrategyPicture(node, node, s_code, s_code, s_title)
            seen: dict[str, int] = {}
            for c, words, rank, day, lead in steps:
                node += 1
                seen[c] = seen.get(c, 0) + 1
                strategy.steps.append(
                    StepPicture(
                        node,
                        node,
                        c if seen[c] == 1 else f"{c}~{seen[c]}",
                        c,
                        words,
                        status=BY_RANK[rank],
                        as_of=date.fromisoformat(day),
                        is_confirmed=cycle_start <= date.fromisoformat(day) <= as_of,
                        lead=lead,
                        lead_slug=slug_of(lead),
                        occurrence=seen[c],
                        reworded_on=REWORDED.get(c),
                        version=1,
                    )
                )
            area.strategies.append(strategy)
        picture.areas.append(area)
    return picture


def step_of(picture: PlanPicture, address: str) -> StepPicture:
    return next(step for step in picture.all_steps() if step.address == address)


def earlier_district_plan() -> PlanPicture:
    """The same on 15 June: eight stood one lower, one stood one higher, two had other words."""
    picture = copy.deepcopy(district_plan(as_of=date(2021, 6, 15), cycle_start=date(2021, 5, 5)))
    for step in picture.all_steps():
        if step.code in MOVED_UP:
            step.status = BY_RANK[step.status.rank - 1]
        if step.code in MOVED_BACK:
            step.status = BY_RANK[step.status.rank + 1]
        if step.reworded_on:
            step.title, step.reworded_on = f"{step.title} in the high schools", None
    return picture


NESTED = [
    ("A", "Lead by using technology oneself", 3, "2024-03-06", []),
    (
        "B",
        "Put a new model of learning to work with partners",
        3,
        "2024-03-06",
        [
            ("a", "Keep leaders and experts in touch", 4, "2024-03-06"),
            ("b", "Teach the research behind it", 3, "2024-03-06"),
            ("c", "Use the learning networks", 2, "2024-03-06"),
            ("e", "Plan the communication", 1, "2023-10-03"),
        ],
    ),
    ("C", "Make room for learning by competency", 1, "2024-03-06", []),
    (
        "E",
        "Recognize good leadership",
        2,
        "2024-03-06",
        [("a", "Set criteria", 2, "2024-03-06"), ("b", "Agree how to recognize", 1, "2023-10-03")],
    ),
]


def nested_plan() -> PlanPicture:
    """One goal, one strategy, steps in steps; codes that repeat (A, a)."""
    start = date(2023, 11, 1)
    picture = PlanPicture(
        id=2,
        district="michigan",
        district_name="A State Department of Education",
        slug="leadership",
        title="Technology Leadership Plan",
        levels={**LEVELS, "goal_area": "Goal", "action_step": "Step"},
        statuses=list(LADDER),
        as_of=date(2024, 3, 6),
        cycle_start=start,
        today=date(2024, 3, 6),
        stage="review",
        visibility="live",
    )
    strategy = StrategyPicture(901, 1, "1", "1", "A shared vision of learning")

    def step(node: int, address: str, code: str, title: str, rank: int, day: str) -> StepPicture:
        said = date.fromisoformat(day)
        return StepPicture(
            node,
            node,
            address,
            code,
            title,
            status=BY_RANK[rank],
            as_of=said,
            is_confirmed=said >= start,
            lead="Leadership team",
            lead_slug="leadership-team",
        )

    for n, (code, title, rank, day, below) in enumerate(NESTED):
        parent = step(1000 + 20 * n, f"1.{code}", code, title, rank, day)
        parent.steps = [step(1001 + 20 * n + m, f"1.{code}.{c}", c, t, r, d) for m, (c, t, r, d) in enumerate(below)]
        strategy.steps.append(parent)
    picture.areas.append(
        AreaPicture(
            900,
            1,
            "Four",
            "Four",
            "Leadership",
            description="Leaders make schools places where technology serves every learner.",
            strategies=[strategy],
        )
    )
    return picture


def odd_plan() -> PlanPicture:
    """Three places on the ladder, one off it, a step of which nobody has said anything, steps right under an area, an area without steps."""
    day = date(2026, 11, 24)
    picture = PlanPicture(
        id=3,
        district="odd",
        district_name="Odd & Sons District",
        slug="plan",
        title='Plan <of> "odd" words',
        levels={**LEVELS, "goal_area": "Priority", "action_step": "Task"},
        statuses=[DONE3, GOING3, TO_DO3, ON_HOLD],
        as_of=day,
        cycle_start=date(2026, 10, 1),
        today=day,
        stage="draft",
        visibility="live",
    )
    area = AreaPicture(1, 1, "-1", "", "First things & others")
    area.steps = [
        StepPicture(10, 10, "-1", "", "One <b>bold</b> task", status=DONE3, as_of=day, is_confirmed=True),
        StepPicture(11, 11, "-2", "", "A task that waits", status=ON_HOLD, as_of=date(2026, 3, 1)),
        StepPicture(12, 12, "-3", "", "A task nobody has spoken of"),
        StepPicture(13, 13, "-4", "", "A task to do", status=TO_DO3, as_of=day, is_confirmed=True),
    ]
    picture.areas += [area, AreaPicture(2, 2, "-2", "", "An area without tasks")]
    return picture
