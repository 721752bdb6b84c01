"""The index: what is served, what its gate said, and changing it with the admin key."""

import re

from tests.browser.common import IN_A_BROWSER, Dialog, Page, expect
from tests.browser.service_stub import ATTACK
from tests.browser.views.samples import KEY, NEW, OLD, TENTHS, Served, snapshot

pytestmark = IN_A_BROWSER


def enter_key(page: Page, key: str = KEY) -> None:
    expect(page.locator("#view")).to_have_attribute("aria-busy", "false")  # what comes and goes above moves the line
    page.get_by_text("Change this index").click()
    page.get_by_label("Admin key").fill(key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Rebuild")).to_be_focused()


def test_snapshots_show_what_is_served_and_what_the_gates_said(page: Page) -> None:
    Served().install(page)
    page.goto("/index")
    expect(page.locator(".served")).to_have_text(f"Served now: {OLD}: 2 documents, 1,200 passages")
    expect(page.locator(".snapshots > li")).to_have_count(2)
    new, old = page.locator(".snapshots > li").all()
    expect(old.locator(".badge")).to_have_text("Served now")
    expect(new.locator(".badge")).to_have_count(0)
    expect(old.locator(".gate")).to_have_text("✓ Passed its gate: 129 questions of centre")
    expect(new.locator(".gate li")).to_have_text(f"hit@1 fell {ATTACK}")
    expect(old.locator(".figures dd").first).to_have_text("90%84% to 96%, of 90")  # open, since it is served
    expect(old.locator(".plot .point")).to_have_count(len(TENTHS))
    assert old.locator(".plot").get_attribute("aria-label")
    old.get_by_text("As a table").click()
    expect(old.locator("figure tbody tr").last).to_have_text("90 to 100%995%100%")
    old.get_by_text("3 measures").click()
    expect(old.locator("tbody tr", has_text="latency_p50")).to_have_text("latency_p504.3 ms4.0 ms to 5.0 ms90")
    new.get_by_text("3 files left out").click()
    expect(new.locator("table tbody tr")).to_have_text(f"{ATTACK}.pdfis damaged")
    expect(new).to_contain_text("and 2 more")
    expect(new).to_contain_text("Not read, for their format: .png (2)")
    expect(page.get_by_role("button", name="Serve this one")).to_have_count(0)


def test_one_that_is_active_but_not_in_use_says_why(page: Page) -> None:
    served = Served(detail="the newest is damaged").install(page)
    page.route(
        "**/readyz", lambda route: route.fulfill(json={"status": "ready", "snapshot": NEW, "detail": served.detail})
    )
    page.goto("/index")
    expect(page.locator(".served .caution")).to_have_text("the newest is damaged")
    expect(page.locator(".badge")).to_have_text(["Served now", "Active, not in use"])


def test_many_snapshots_are_listed_when_they_are_asked_for(page: Page) -> None:
    served = Served().install(page)
    served.snapshots[1:1] = [snapshot(f"20260101T0{n:05}-cccccc", active=False) for n in range(40)]
    page.goto("/index")
    expect(page.locator(".snapshots > li")).to_have_count(20 + 1)
    page.get_by_role("button", name="Show 21 more snapshots").click()
    expect(page.locator(".snapshots > li")).to_have_count(42)


def test_the_admin_key_rolls_back_and_is_kept_nowhere(page: Page) -> None:
    served = Served().install(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/index")
    enter_key(page, "wrong")
    page.get_by_role("button", name=f"Serve this one: {NEW}").click()
    expect(page.locator(".body > div > .said")).to_have_text("That key was not accepted")
    page.get_by_label("Admin key").fill(KEY)
    page.keyboard.press("Enter")
    with page.expect_request("**/v1/documents?*"):  # there may be others now
        page.get_by_role("button", name=f"Serve this one: {NEW}").click()
    expect(page.locator(".body > div > .said")).to_have_text(f"{NEW} is served now")
    expect(page.locator(".served")).to_contain_text(NEW)
    assert served.changes == [("PUT", "/v1/snapshots/active", {"id": NEW})]
    page.get_by_role("link", name="Library").click()
    page.get_by_role("link", name="This index").click()
    expect(page.get_by_role("button", name=f"Serve this one: {OLD}")).to_be_visible()
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state, location.href])"
    assert KEY not in page.evaluate(kept) + page.content()
    page.reload()
    expect(page.locator(".snapshots > li")).to_have_count(2)
    expect(page.get_by_role("button", name="Serve this one")).to_have_count(0)


def test_what_did_not_pass_its_gate_is_served_only_when_that_is_meant(page: Page) -> None:
    served = Served().install(page)
    asked = list[str]()
    page.goto("/index")
    enter_key(page)

    def reply(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", reply)
    page.get_by_role("button", name=f"Serve this one: {NEW}").click()
    assert asked == [f"{NEW} did not pass its gate. Serve it all the same?"]
    expect(page.locator(".served")).to_contain_text(OLD)
    assert served.changes == []


def test_a_rebuild_shows_how_far_it_has_come(page: Page) -> None:
    served = Served().install(page)
    page.goto("/index")
    enter_key(page)
    served.job(phase="encode", done=40, total=120)
    served.job(phase="encode", done=40, total=120)
    served.job(state="succeeded", snapshot=NEW)
    page.get_by_label("serve it when it is done").uncheck()
    page.get_by_role("button", name="Rebuild").click()
    expect(page.locator(".job [role=status]")).to_have_text("Encoding passages")
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 40)
    expect(page.locator(".job")).to_contain_text("40 of 120")
    served.snapshots.insert(0, snapshot("20260103T000000-dddddd", active=False))
    expect(page.locator(".job [role=status]")).to_have_text(f"Done: snapshot {NEW}")
    expect(page.locator(".snapshots > li")).to_have_count(3)
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    assert served.changes == [("POST", "/v1/snapshots", {"activate": False})]


def test_a_rebuild_that_runs_is_followed_and_can_be_cancelled(page: Page) -> None:
    served = Served().install(page)
    served.job(phase="ask", done=3, total=9)
    page.goto("/index")
    expect(page.locator(".job [role=status]")).to_have_text("Asking the questions of the gate")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()  # that takes the key
    enter_key(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".job [role=status]")).to_have_text("Cancelled. What was served stays.")
    assert served.changes == [("DELETE", "/v1/jobs/j1", None)]


def test_a_rebuild_that_failed_says_why(page: Page) -> None:
    served = Served().install(page)
    page.goto("/index")
    enter_key(page)
    served.job(state="failed", error={"type": "GateError", "detail": f"hit@1 fell {ATTACK}"})
    page.get_by_role("button", name="Rebuild").click()
    expect(page.locator(".job [role=status]")).to_have_text(f"It failed: hit@1 fell {ATTACK}")


def test_a_service_without_an_admin_key_says_so(page: Page) -> None:
    Served(has_admin_key=False).install(page)
    page.goto("/index")
    enter_key(page)
    page.get_by_role("button", name="Rebuild").click()
    expect(page.locator(".body > div > .said")).to_have_text(
        re.compile("start the service with CENTREQA_ADMIN_KEY set$")
    )
    expect(page.get_by_label("Admin key")).to_be_visible()
