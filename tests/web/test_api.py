"""The API: the contract's reply, every malformed request 400, and help in every refusal."""

import json

import httpx
import pytest

from bot.bot import Bot
from bot.web.headers import content_security_policy
from bot.web.refusal import MESSAGES, refusal
from bot.web.settings import Settings
from tests.clinics import real_knowledge
from tests.web.book import NOTICES, BookBot, serving


def assert_refused(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status
    body = response.json()
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    ids = [notice["id"] for notice in body["notices"]]
    assert ids[-2:] == ["contact", "support"]
    assert all(
        notice == {"id": notice["id"], "place": "before", "text": NOTICES[notice["id"]]} for notice in body["notices"]
    )


def test_a_question_gets_the_reply_of_the_contract(client: httpx.Client, book: BookBot) -> None:
    response = client.post("/api/ask", json={"question": "What is alpha?", "history": ["earlier"]})
    assert response.status_code == 200
    assert response.json() == book.ask("What is alpha?").to_dict()
    assert book.asked[-2] == ("What is alpha?", ("earlier",))
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("question", ["", " \n", "x" * 4001, "é" * 20_000])
def test_an_empty_or_long_message_is_refused_by_the_bot(client: httpx.Client, question: str) -> None:
    response = client.post("/api/ask", json={"question": question})
    assert (response.status_code, response.json()["kind"]) == (200, "refused")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b"{}",
        b'{"question": null}',
        b'{"question": 1}',
        b'{"question": ["x"]}',
        b'{"question": "x", "history": null}',
        b'{"question": "x", "history": "y"}',
        b'{"question": "x", "history": {}}',
        b'{"question": "x", "history": [1]}',
        b'{"question": "x", "history": [null]}',
        json.dumps({"question": "x", "history": ["y"] * 21}).encode(),
        b'{"question": NaN}',
        b'{"question": "x", "more": NaN}',
        b'{"question": "x", "more": Infinity}',
        b'{"question": "\xff"}',
        b'{"question": "\xed\xa0\x80"}',
        b'{"question": "\\ud800"}',
        b'{"question": "x", "history": ["\\udfff"]}',
        b'{"question": "x", "more": ' + b"[" * 30_000 + b"}",
        b'{"question": "x", "more": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"question": "x", "more": ' + b"9" * 5000 + b"}",
        '{"question": "x"}'.encode("utf-16"),
        b"question=x",
        b"\x00",
    ],
)
def test_a_malformed_request_is_400(client: httpx.Client, body: bytes) -> None:
    assert_refused(client.post("/api/ask", content=body), 400, "bad_request")


def test_too_large_a_request_is_413_with_and_without_its_length(client: httpx.Client) -> None:
    body = json.dumps({"question": "x" * 65_536}).encode()
    assert_refused(client.post("/api/ask", content=body), 413, "too_large")
    assert_refused(client.post("/api/ask", content=iter([body[:9], body[9:]])), 413, "too_large")
    assert_refused(client.post("/gradio_api/run/predict", content=iter([body[:9], body[9:]])), 413, "too_large")


def test_a_failing_bot_is_503_and_the_log_keeps_the_question_to_itself(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert_refused(client.post("/api/ask", json={"question": "fail"}), 503, "not_available")
    assert "RuntimeError at " in caplog.text
    assert "cannot read fail" not in caplog.text


@pytest.mark.parametrize("status", [*MESSAGES, 418, 500])
def test_every_refusal_names_the_crisis_line_in_the_clinics_own_notices(status: int) -> None:
    knowledge = real_knowledge()
    body = json.loads(bytes(refusal(knowledge)(status).body))
    texts = [notice["text"] for notice in body["notices"]]
    assert any(knowledge.clinic.crisis_line in text for text in texts)
    assert any(knowledge.clinic.emergency in text for text in texts)


def test_any_text_can_be_answered_for(client: httpx.Client) -> None:
    question = "\u0000\u2028\ufffe\U0010ffff</script>"
    assert client.post("/api/ask", json={"question": question}).json()["question"] == question


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/ask"), ("PUT", "/api/ask"), ("POST", "/healthz"), ("GET", "/none")]
)
def test_what_is_not_there_is_404_with_help(client: httpx.Client, method: str, path: str) -> None:
    assert_refused(client.request(method, path), 404, "not_found")


def test_health_says_what_is_missing(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "knowledge": "digest", "problems": []}
    bot = Bot.load("knowledge")
    with serving(bot) as address:
        health = httpx.get(f"{address}/healthz").json()
    assert health["status"] == ("degraded" if bot.knowledge.missing else "ok")
    assert health["problems"] == [str(problem) for problem in bot.knowledge.missing]


def test_too_many_messages_are_429_on_the_api_and_in_the_chat() -> None:
    with serving(BookBot(), Settings(port=0, rate_burst=2, rate_per_minute=1)) as address:
        answers = [httpx.post(f"{address}/api/ask", json={"question": "x"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert_refused(answers[2], 429, "too_many")
        assert answers[2].json()["notices"][0]["id"] == "busy"
        assert 1 <= int(answers[2].headers["retry-after"]) <= 60
        assert_refused(httpx.post(f"{address}/gradio_api/run/predict", json={}), 429, "too_many")
        spoofed = httpx.post(f"{address}/api/ask", json={"question": "x"}, headers={"X-Forwarded-For": "9.9.9.9"})
        assert_refused(spoofed, 429, "too_many")


@pytest.mark.parametrize("path", ["/", "/healthz", "/none", "/theme.css", "/gradio_api/run/predict"])
def test_every_response_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.headers["content-security-policy"] == content_security_policy(())
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in response.headers["permissions-policy"]
    assert response.headers["cache-control"] == "no-store"
    assert "server" not in response.headers
    assert "set-cookie" not in response.headers


def test_only_the_allowed_websites_may_embed_and_ask() -> None:
    clinic, other = "https://www.clinic.example", "https://other.example"
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    with serving(BookBot(), Settings(port=0, allowed_origins=(clinic,))) as address:
        assert f"frame-ancestors 'self' {clinic}" in httpx.get(address).headers["content-security-policy"]
        for path in ("/api/ask", "/gradio_api/run/predict", "/"):
            allowed = httpx.options(address + path, headers={"Origin": clinic, **asking})
            assert allowed.headers["access-control-allow-origin"] == clinic
            for origin in (other, "null", "http://localhost:3000", address):
                response = httpx.options(address + path, headers={"Origin": origin, **asking})
                assert "access-control-allow-origin" not in response.headers
                assert (
                    "access-control-allow-origin" not in httpx.get(address + path, headers={"Origin": origin}).headers
                )
        refused = httpx.post(f"{address}/api/ask", content=b"", headers={"Origin": clinic})
        assert refused.headers["access-control-allow-origin"] == clinic
        assert "access-control-allow-credentials" not in refused.headers
