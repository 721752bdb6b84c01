"""The evaluation: figures, groups, and what was missed."""

import re
from urllib.parse import quote_plus

from tests.browser.common import IN_A_BROWSER, Page, expect, problem
from tests.browser.service_stub import ATTACK, HEAD
from tests.browser.views.samples import GOLD, KEY, START, Served, evaluation, failure

pytestmark = IN_A_BROWSER


def test_figures_and_groups(page: Page) -> None:
    Served(evaluation=evaluation([failure(0), failure(1)])).install(page)
    page.goto("/evaluation")
    expect(page.locator(".figures strong")).to_have_text(["90%", "97%"])
    row = page.get_by_role("region", name="By kind").locator("tbody tr").last
    expect(row).to_have_text("who6590% of 60–––")
    expect(page.get_by_text("a note")).to_be_visible()
    expect(page.get_by_text("asked of a snapshot that is not active")).to_be_visible()
    expect(page.locator(".plot .point")).to_have_count(2)
    expect(page.locator("#missed-title")).to_have_text("2 of 130 questions missed")


def test_a_failure_says_what_was_expected_and_given_and_is_asked_by_a_click(page: Page) -> None:
    odd = failure(1, question=ATTACK, given=[{**GOLD, "quote": ATTACK, "end": START + len(ATTACK)}])
    Served(evaluation=evaluation([failure(0), odd, failure(2, given=[])])).install(page)
    page.goto("/evaluation")
    expect(page.locator(".failures > li")).to_have_count(3)
    first, second, third = page.locator(".failures > li").all()
    expect(first.locator("dt")).to_have_text(["Expected", "Withheld · 31%, unsure"])
    expect(first.locator("dd")).to_have_text(["“Irakli Beridze”"] * 2)
    expect(second.locator("dt").last).to_have_text("Given · 31%, unsure")
    expect(second.locator("dd")).to_have_text(["The text does not say", f"“{ATTACK}”"])
    expect(third.locator("dd").last).to_have_text("No sentence came near")
    first.locator("dd a").first.click()
    expect(page.locator("#source-text mark")).to_have_text("Irakli Beridze")
    page.keyboard.press("Escape")
    expect(page).to_have_url("/evaluation")
    page.get_by_role("link", name=f"Ask: {HEAD}").click()
    expect(page.locator("#answer")).to_be_visible()
    expect(page).to_have_url(f"/?q={quote_plus(HEAD)}")
    page.go_back()
    expect(page.locator(".failures > li")).to_have_count(3)
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.locator("#answer")).to_be_visible()  # the last question, as it was left


def test_a_quote_of_a_document_that_is_not_there_any_more_is_said(page: Page) -> None:
    Served(evaluation=evaluation([failure(0)])).install(page)
    page.route("**/v1/documents/*", lambda route: route.fulfill(**problem(404, "Nothing has that name", "no document")))
    page.goto("/evaluation")
    page.locator(".failures dd a").first.click()
    expect(page.locator("#source-notice")).to_contain_text("it was removed, or the link is not right")
    page.go_back()
    expect(page.locator("#source")).to_be_hidden()
    expect(page).to_have_url("/evaluation")


def test_a_document_that_cannot_be_opened_leaves_the_view(page: Page) -> None:
    Served(evaluation=evaluation([failure(0)])).install(page)
    page.route("**/v1/documents/*", lambda route: route.fulfill(**problem(503, "Busy", "ask again")))
    page.goto("/evaluation")
    page.locator(".failures dd a").first.click()
    expect(page.locator("#view .said")).to_have_text("Busy: ask again")
    expect(page.locator("#source")).to_be_hidden()
    expect(page).to_have_url("/evaluation")


def test_failures_are_narrowed_by_the_address(page: Page) -> None:
    Served(evaluation=evaluation([failure(n) for n in range(60)])).install(page)
    page.goto("/evaluation")
    listed, total = page.locator(".failures > li"), page.locator(".missed .total")
    expect(listed).to_have_count(25)
    page.get_by_role("link", name="Next page").click()
    expect(total).to_have_text("26 to 50 of 60")
    expect(page.locator("#missed-title")).to_be_focused()
    page.get_by_role("region", name="By kind").get_by_role("link", name="near-miss").click()
    expect(total).to_have_text("1 to 25 of 30")
    page.get_by_role("group", name="By cause").get_by_role("link", name="wrongly refused").click()
    expect(total).to_have_text("0 questions")
    expect(page).to_have_url("/evaluation?kind=near-miss&cause=wrongly+refused")
    page.go_back()
    expect(total).to_have_text("1 to 25 of 30")
    page.get_by_role("group", name="By kind").get_by_role("link", name="all").click()
    expect(total).to_have_text("1 to 25 of 60")
    page.goto("/evaluation?page=99&kind=who")
    expect(total).to_have_text("26 to 30 of 30")


def test_more_failures_than_are_listed_are_counted(page: Page) -> None:
    Served(evaluation=evaluation([failure(0)], failed=700, questions=1000)).install(page)
    page.goto("/evaluation")
    expect(page.locator("#missed-title")).to_have_text("700 of 1,000 questions missed")
    expect(page.get_by_text("The first 1 are listed here.")).to_be_visible()


def test_feedback_that_waits_is_shown_to_who_has_the_admin_key(page: Page) -> None:
    served = Served().install(page)
    page.goto("/evaluation")
    waiting = page.get_by_role("region", name="Feedback waiting to become questions")
    waiting.get_by_text("Show it").click()
    waiting.get_by_label("Admin key").fill("wrong")
    page.keyboard.press("Enter")
    expect(waiting.get_by_role("status")).to_have_text("That key was not accepted")
    waiting.get_by_text("Show it").click()
    waiting.get_by_label("Admin key").fill(KEY)
    page.keyboard.press("Enter")
    expect(waiting.get_by_role("status")).to_contain_text("30 replies judged: 12 right, 18 wrong.")
    expect(waiting.locator("li")).to_contain_text("✗ the refusal was wrong")
    expect(waiting.locator("li")).to_contain_text(ATTACK)
    waiting.get_by_role("link", name="Irakli Beridze").click()
    expect(page.locator("#source-text mark")).to_have_text("Irakli Beridze")
    assert served.changes == []


def test_where_none_was_run_it_says_what_to_run(page: Page) -> None:
    Served().install(page)
    page.goto("/evaluation")
    expect(page.locator(".empty")).to_have_text(re.compile("`python -m eval run`"))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_damaged_one_is_a_problem_and_can_be_tried_again(page: Page) -> None:
    served = Served().install(page)
    damaged = problem(
        503, "Not ready to answer", "evaluation r: its overview is damaged; run `python -m eval run` again"
    )
    page.route("**/v1/evaluation", lambda route: route.fulfill(**damaged), times=1)
    page.goto("/evaluation")
    expect(page.get_by_role("alert")).to_contain_text("is damaged; run `python -m eval run` again")
    served.evaluation = evaluation([])
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#missed-title")).to_have_text("0 of 130 questions missed")
