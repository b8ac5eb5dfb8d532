"""A receipt as a browser shows it, under the policy that it brings along."""

from pathlib import Path

from browser.test_pages import pytestmark as pytestmark
from browser.test_pages import shown
from unit.test_receipt import evil_page


async def test_a_receipt_is_shown_with_its_style_and_nothing_that_people_typed_runs(tmp_path: Path) -> None:
    page = tmp_path / "receipt.html"
    page.write_text(evil_page())
    document, complaints = await shown(page.as_uri(), tmp_path / "profile")
    assert "Total RON" in document
    assert "Refused to" not in complaints
    assert "Content Security Policy" not in complaints
