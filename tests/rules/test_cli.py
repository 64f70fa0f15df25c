"""The command `talent` as a program: what goes in, what comes out, and how it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from houses import HOUSE, ROOT

TALENT = [sys.executable, "-m", "talent_rules"]
TOWN = ["--data", str(HOUSE), "--place", "town", "--as-of", "2024-09-01"]
DOCTOR = {
    "学位": "博士", "毕业院校": "清华大学", "毕业日期": "2020-06", "市外引进": True, "引进方式": "全职",
    "劳动合同年限": 3, "年龄": 35,
}  # fmt: skip


def talent(*arguments: str, stdin: bytes | str = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*TALENT, *arguments],
        input=stdin.encode("utf-8", "surrogatepass") if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT / "rules"), **environment},
        cwd=ROOT,
    )


def answers(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def decide(*profiles: object) -> tuple[int, list[dict[str, Any]]]:
    """Many profiles at once, one a line: a process costs more than a decision."""
    lines = [p if isinstance(p, str) else json.dumps(p, ensure_ascii=False) for p in profiles]
    done = talent("decide", *TOWN, stdin="\n".join(lines))
    assert b"Traceback" not in done.stderr and "程序出错" not in done.stderr.decode(), done.stderr.decode()
    return done.returncode, answers(done)


# ── the shape of an answer ──────────────────────────────────────────────────────────────────


def money(value: object) -> bool:
    """Yuan: a number with at most two decimals."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and round(value, 2) == value


def test_decide_answers_with_the_json_of_the_design() -> None:
    code, (answer,) = decide(DOCTOR)
    assert code == 0
    assert list(answer) == [
        "as_of", "place", "rule_base", "benefits", "total", "next_question", "problems",
    ]  # fmt: skip
    assert answer["as_of"] == "2024-09-01" and answer["place"] == "town"
    assert answer["rule_base"].startswith("sha256:") and len(answer["rule_base"]) == 71
    assert answer["problems"] == []
    assert [b["id"] for b in answer["benefits"]] == [
        f"town-housing/{name}"
        for name in ("settling_in", "rent", "parents_care", "purchase", "salary_share", "team", "apartment")
    ]
    for benefit in answer["benefits"]:
        assert {
            "id", "name", "outcome", "amount", "schedule", "missing", "review", "because", "dropped_by", "nearest",
        } <= set(benefit)  # fmt: skip
        assert benefit["outcome"] in ("eligible", "ineligible", "needs_info", "needs_review", "out_of_scope")
        assert benefit["dropped_by"] is None or isinstance(benefit["dropped_by"], str)
        if (amount := benefit["amount"]) is not None:
            assert money(amount["lo"]) and (amount["hi"] is None or money(amount["hi"]))
            assert set(amount["verified"]) == {"lo", "hi"}
            assert amount["grade"] in ("A", "A-", "B", "C", "D") and amount["unit"] in ("CNY", "CNY/year")
        for part in benefit["because"]:
            assert {"clause", "source", "summary", "holds", "facts"} <= set(part)
            assert part["holds"] in (True, False, None) and isinstance(part["facts"], list)
        for payment in benefit["schedule"]:
            assert {"on", "after", "amount"} <= set(payment)
    assert set(answer["total"]) >= {"guaranteed", "possible"}
    assert money(answer["total"]["guaranteed"])
    question = answer["next_question"]
    assert question is None or {"field", "text", "why"} <= set(question)


def test_a_doctor_gets_forty_wan_in_three_payments() -> None:
    _, (answer,) = decide(DOCTOR)
    settling = answer["benefits"][0]
    assert settling["outcome"] == "eligible"
    assert settling["amount"] == {
        "lo": 400000, "hi": 400000, "exact": True, "verified": {"lo": 400000, "hi": 400000}, "grade": "A", "unit": "CNY",
    }  # fmt: skip
    assert [(p["after"], p["amount"]) for p in settling["schedule"]] == [
        ("P0Y", 160000),
        ("P1Y", 120000),
        ("P2Y", 120000),
    ]
    service = answer["benefits"][-1]
    assert service["outcome"] == "eligible" and service["amount"] is None


def test_no_upper_bound_is_null() -> None:
    _, (answer,) = decide({})
    assert answer["total"]["guaranteed"] == 0
    assert answer["total"]["possible"] is None or money(answer["total"]["possible"])


def test_one_line_for_each_profile_in_the_order_given() -> None:
    code, found = decide({"学位": "博士"}, {"学位": "本科"}, {"学位": "专科"})
    assert code == 0
    assert [a["benefits"][-1]["outcome"] for a in found] == ["eligible", "eligible", "ineligible"]


def test_a_list_of_profiles_gives_one_line_each() -> None:
    done = talent("decide", *TOWN, stdin=json.dumps([{"学位": "博士"}, {"学位": "专科"}]))
    assert [a["benefits"][-1]["outcome"] for a in answers(done)] == ["eligible", "ineligible"]


def test_ids_and_names_read_alike() -> None:
    _, (a, b) = decide({"degree": "phd", "age": 30}, {"学位": "博士研究生", "周岁": "30周岁"})
    assert a == b


# ── what cannot be read ─────────────────────────────────────────────────────────────────────

WRONG: list[tuple[object, str, str]] = [
    ({"dgree": "phd"}, "P601", "`degree`"),
    ({"degree": "硕土"}, "P602", "`硕士`"),
    ({"degree": ["phd"]}, "P602", "写一个值"),
    ({"degree": 5}, "P602", "可写"),
    ({"degree": "x" * 5000}, "P602", "可写"),
    ({"": 1}, "P601", "template"),
    ({"age": True}, "P602", "35岁"),
    ({"age": {"a": {"b": 1}}}, "P602", '{"min": 3}'),
    ({"age": [35]}, "P602", "写一个值"),
    ({"age": 35.5}, "P602", "例如"),
    ({"age": -3}, "P602", "120"),
    ({"age": "010"}, "P602", "`10`"),
    ({"age": "40W"}, "P602", "`40万`"),
    ({"age": "\u0000"}, "P602", "例如"),
    ('{"annual_salary": Infinity}', "P602", "例如"),
    ('{"annual_salary": -Infinity}', "P602", "例如"),
    ('{"annual_salary": 1e400}', "P602", "例如"),
    ({"annual_salary": 1e30}, "P602", "位数"),
    ('{"annual_salary": ' + "9" * 5000 + "}", "P600", "35"),
    ({"annual_salary": 0.001}, "P602", "两位小数"),
    ({"home_area": 1e-9}, "P602", "例如"),
    ({"home_area": {"min": 100, "max": 50}}, "P602", "小"),
    ({"arrival_date": "2024-02-30"}, "P602", "29 日"),
    ({"arrival_date": "2024-13-01"}, "P602", "1 到 12"),
    ({"arrival_date": "明天"}, "P602", "2024-07-01"),
    ({"arrival_date": "0001-01-01"}, "P602", "四位"),
    ({"from_outside": "maybe"}, "P602", "写 是 或 否"),
    ({"school": "清化大学"}, "P602", "`清华大学`"),
    ({"school": "内大"}, "P602", "内蒙古大学"),
    ({"parents": [{"birth_date": "1950-01-01"}, 5]}, "P602", "2024-07"),
    ({"parents": ["1950-01-01"] * 3}, "P602", "每人"),
    ({"awards": ["匠工"]}, "P602", "`工匠`"),
    ({"received": {"rent": True}}, "P602", "例如"),
    ({"received": {"rent": {"y": 1}}}, "P602", "例如"),
    ({"age": 35, "年龄": 36}, "P603", "只留一个"),
    ('{"age": 30, "age": 31}', "P603", "只留一个"),
    ({"birth_date": "1990-01-01", "age": 20}, "P604", "核对"),
    ({"学位": "博士", "年龄": 12}, "P605", "核对"),
    ([], "P600", "degree"),
    ("[1]", "P600", "degree"),
    ("null", "P600", "degree"),
    ("5", "P600", "degree"),
    ('"x"', "P600", "degree"),
    ("{", "P600", "degree"),
    ('{"a": }', "P600", "degree"),
    ("'age': 3", "P600", "degree"),
    ("[" * 100_000, "P600", "degree"),
    ('{"a":' * 100_000, "P600", "degree"),
    ({f"k{i}": i for i in range(500)}, "P600", "degree"),
    ('{"degree": "\\ud800"}', "P602", "可写"),
    ('{"a\\u001b[31m": 1}', "P601", "template"),
]


def test_whatever_cannot_be_read_becomes_a_problem_with_a_way_out_and_the_rest_goes_on() -> None:
    lines = [p if isinstance(p, str) else json.dumps(p) for p, _, _ in WRONG]
    code, found = decide(*lines, {"学位": "博士"})
    assert code == 2
    assert len(found) == len(WRONG) + 1
    for number, ((profile, wanted, fix), answer) in enumerate(zip(WRONG, found, strict=False), 1):
        (problem,) = answer["problems"]
        assert set(problem) == {"file", "line", "column", "code", "severity", "message", "hint"}
        assert problem["code"] == wanted, (profile, problem)
        assert fix in problem["hint"] + problem["message"], (profile, problem)
        assert problem["file"] == "stdin" and problem["line"] == number, problem
        assert len(problem["message"]) < 200 and problem["message"].isprintable()
        assert "{'" not in problem["message"] and "['" not in problem["message"]
        if wanted != "P600":
            assert len(answer["benefits"]) == 7
    assert found[-1]["problems"] == [] and found[-1]["benefits"][-1]["outcome"] == "eligible"


def test_null_and_blank_are_not_given_at_all() -> None:
    code, (a, b, c) = decide({"age": None, "degree": ""}, {}, {"age": "不清楚"})
    assert code == 0 and a == b
    assert a["benefits"] == c["benefits"]


def test_what_was_said_in_two_ways_counts_as_not_said() -> None:
    code, (twice, unsaid) = decide('{"学位": "博士", "学位": "专科", "市外引进": "是"}', {"市外引进": "是"})
    assert code == 2 and twice["benefits"] == unsaid["benefits"]


def test_the_application_date_of_a_profile_chooses_the_version() -> None:
    code, (before, last, after, inside) = decide(
        {"申请日期": "2023-12-31"}, {"申请日期": "2026-12-31"}, {"申请日期": "2027-01-01"}, {"申请日期": "2024-05"}
    )
    assert code == 0
    assert {b["outcome"] for b in before["benefits"]} == {"out_of_scope"}
    assert "out_of_scope" not in {b["outcome"] for b in last["benefits"]}
    assert {b["outcome"] for b in after["benefits"]} == {"out_of_scope"}
    assert "out_of_scope" not in {b["outcome"] for b in inside["benefits"]}


def test_age_follows_from_the_birth_date_on_the_day_of_application() -> None:
    _, (young, old) = decide({"市外引进": True, "出生日期": "1983-09-02"}, {"市外引进": True, "出生日期": "1983-09-01"})
    assert [a["benefits"][1]["outcome"] for a in (young, old)] == ["eligible", "ineligible"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\xff\xfe\x00\x01binary\x80", "P600"),
        (b"", "P600"),
        (b"\n\n", "P600"),
        ("{“学位”: “博士”}".encode(), "P600"),
        (b'{\n  "degree": "phd",\n  "age": 35,,\n}', "P600"),
        (b'{"age": 1}' * 2, "P600"),
    ],
)
def test_input_that_is_no_json_is_one_problem_with_its_place(raw: bytes, code: str) -> None:
    done = talent("decide", *TOWN, stdin=raw)
    assert done.returncode == 2 and not done.stderr
    (answer,) = answers(done)
    (problem,) = answer["problems"]
    assert problem["code"] == code and problem["line"] >= 1 and problem["column"] >= 1
    if b"35,," in raw:
        assert (problem["line"], problem["column"]) == (3, 13)


def test_a_profile_may_come_from_a_file_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "人.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(DOCTOR).encode())
    done = talent("decide", str(path), *TOWN)
    assert done.returncode == 0 and answers(done)[0]["benefits"][0]["outcome"] == "eligible"


# ── how it leaves ───────────────────────────────────────────────────────────────────────────


def test_the_data_folder_may_stand_before_or_after_the_sub_command() -> None:
    data = ["--data", str(HOUSE)]
    rest = ["--place", "town", "--as-of", "2024-09-01"]
    before = talent(*data, "decide", *rest, stdin=b"{}")
    after = talent("decide", *rest, *data, stdin=b"{}")
    named = talent("decide", *rest, stdin=b"{}", TALENT_POLICY_DATA=str(HOUSE))
    assert before.returncode == 0
    assert before.stdout == after.stdout == named.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["decide", "--as-of", "2024-02-30"], 1),
        (["decide", "--as-of", "2024-09"], 1),
        (["decide", "--as-of", "昨天"], 1),
        (["decide", "no-such-file.json"], 1),
        (["decide", str(HOUSE)], 1),
        (["decide", "--engine", "magic"], 1),
        (["decide", "--no-such-option"], 1),
        (["no-such-command"], 1),
        (["decide", "--data", "/nowhere"], 3),
        (["decide", "--place", "twon"], 3),
        (["lint", "/nowhere"], 1),
        (["fmt", "/nowhere"], 1),
        (["--help"], 0),
    ],
)
def test_a_wrong_call_ends_with_a_sentence_and_its_exit_code(arguments: list[str], code: int) -> None:
    inside = [] if "--data" in arguments or arguments[0] in ("--help", "no-such-command") else ["--data", str(HOUSE)]
    inside += ["--place", "town"] if arguments[0] == "decide" and "--place" not in arguments else []
    done = talent(*arguments, *inside, stdin=b"{}")
    assert done.returncode == code, done.stderr.decode()
    said = (done.stderr + done.stdout).decode()
    assert said.strip() and "Traceback" not in said and "程序出错" not in said


def test_a_reader_that_goes_away_is_no_error_of_ours() -> None:
    command = " ".join([*TALENT, "decide", *TOWN])
    done = subprocess.run(
        ["bash", "-c", f"yes '{{}}' | head -200 | {command} | head -c 10; echo ${{PIPESTATUS[2]}}"],
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT / "rules")},
    )
    assert done.stderr == b"", done.stderr.decode()
    assert done.stdout == b'{"as_of": 0\n'


def test_the_same_bytes_whatever_the_hash_seed_the_time_zone_and_the_locale() -> None:
    stdin = json.dumps(DOCTOR) + "\n{}\n" + json.dumps({"学位": "硕士", "年薪": 400000, "x": 1}) + "\n"
    places = [("UTC", "C"), ("Asia/Shanghai", "zh_CN.UTF-8"), ("America/New_York", "POSIX"), ("UTC", "C.UTF-8")]
    runs = [
        talent("decide", *TOWN, stdin=stdin, PYTHONHASHSEED=str(seed), TZ=zone, LC_ALL=locale, LANG=locale)
        for seed, (zone, locale) in enumerate(places)
    ]
    assert {r.returncode for r in runs} == {2}
    assert len({r.stdout for r in runs}) == 1


def test_a_terminal_of_another_encoding_still_gets_utf_8() -> None:
    done = talent("decide", *TOWN, stdin=json.dumps({"x": 1}), PYTHONIOENCODING="latin-1", PYTHONUTF8="0", LC_ALL="C")
    assert answers(done)[0]["problems"][0]["message"] == "没有 `x` 这个信息项"


# ── ask, test, lint, fmt ────────────────────────────────────────────────────────────────────


def test_ask_gives_the_next_question_and_why() -> None:
    done = talent("ask", *TOWN, stdin=json.dumps({"学位": "博士"}) + '\n{"dgree": 1}\n{\n')
    known, unknown, broken = answers(done)
    assert done.returncode == 2
    assert {"field", "text", "why", "choices", "worth", "affects"} <= set(known["next_question"])
    assert known["problems"] == [] and unknown["problems"][0]["code"] == "P601"
    assert broken["next_question"] is None and broken["problems"][0]["line"] == 3


def test_test_says_what_was_expected_and_which_clause_decided(tmp_path: Path) -> None:
    assert talent("test", "--data", str(HOUSE)).returncode == 0
    text = (HOUSE / "town" / "housing.yaml").read_text(encoding="utf-8")
    path = tmp_path / "housing.yaml"
    path.write_text(text.replace("劳动合同年限: 3年}", "劳动合同年限: 2年}"), encoding="utf-8")
    done = talent("test", "--data", str(HOUSE), str(path))
    assert done.returncode == 3
    said = done.stdout.decode()
    assert "应为 符合，得到 不符合：不满足 劳动合同年限 至少 3年" in said
    assert "0 个用例通过，1 个不符" in said
    lines = [json.loads(line) for line in talent("test", "--data", str(HOUSE), str(path), "--json").stdout.splitlines()]
    assert lines[-1] == {"passed": 0, "failed": 1} and lines[0]["line"] == text.count("\n", 0, text.index("期望:")) + 1


def test_lint_prints_one_problem_a_line_and_leaves_with_three() -> None:
    bad = HOUSE.parent / "problems" / "bad"
    done = talent("lint", "--data", str(HOUSE), "--json", str(bad / "many-mistakes.yaml"), str(bad / "tab.yaml"))
    assert done.returncode == 3
    found = answers(done)
    assert [p["code"] for p in found] == ["Q405", "Q401", "Q403", "R501", "S104"]
    for problem in found:
        assert set(problem) >= {"file", "line", "column", "code", "severity", "message", "hint"}
    assert talent("lint", "--data", str(HOUSE)).returncode == 0


def test_lint_shows_the_line_with_a_caret() -> None:
    done = talent("lint", "--data", str(HOUSE), str(HOUSE.parent / "problems" / "bad" / "w-for-wan.yaml"))
    said = done.stdout.decode()
    assert "14:9: Q403 `40W` 里的 `W` 不能当单位" in said
    assert "   14 |     金额: 40W\n      |     　　  ^^^\n      提示：写成 `40万`" in said


def test_fmt_changes_only_conditions_and_says_which_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    text = (HOUSE / "town" / "housing.yaml").read_text(encoding="utf-8")
    loose = text.replace("- 学位 至少 硕士", "- 学历 硕士以上  # 注").replace("[博士, 任意,", "[博士, -,")
    path.write_bytes(loose.replace("\n", "\r\n").encode())
    before = path.read_bytes()
    assert talent("fmt", "--data", str(HOUSE), "--check", str(path)).returncode == 2
    assert path.read_bytes() == before
    assert talent("fmt", "--data", str(HOUSE), str(path)).returncode == 0
    assert path.read_text(encoding="utf-8") == text.replace("- 学位 至少 硕士", "- 学位 至少 硕士  # 注")
    again = talent("fmt", "--data", str(HOUSE), "--check", str(path))
    assert again.returncode == 0 and "写法都已统一" in again.stdout.decode()


@pytest.mark.parametrize("raw", [b"\xb0\xb2\xbc\xd2", "政策：坏\n".encode(), b"a: [1\n"])
def test_fmt_leaves_a_file_it_cannot_read_alone_and_says_why(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(raw)
    done = talent("fmt", "--data", str(HOUSE), str(path))
    assert done.returncode == 3 and path.read_bytes() == raw
    assert b"a.yaml:1:" in done.stderr
