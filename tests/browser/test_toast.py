"""Messages over what is open: a dialog must neither hide them nor keep a finger or a screen reader from them."""

from browser.diner_page import add, go_to, lines, open_dish
from browser.dining import Dining
from integration.gate import send_round
from playwright.async_api import expect

ON_TOP = """
  (toast) => {
    const { left, top, width, height } = toast.getBoundingClientRect();
    return toast.contains(document.elementFromPoint(left + width / 2, top + height / 2)) && !toast.closest("[inert]");
  }
"""
"""Whether a finger that touches its middle touches the message; what is behind a dialog cannot be touched."""


async def test_a_message_is_over_the_dialog_that_is_open_and_stays_when_it_is_closed(dining: Dining) -> None:
    party = await dining.party()
    ana, ion = await dining.diner(party, "Ana"), await dining.house.phone(party, "Ion")
    sheet = await open_dish(ana, "zacusca")
    await send_round(dining.house, ion)
    toast = ana.page.locator(".toast")
    await expect(toast).to_have_text("Ion has sent the order.")
    assert await toast.evaluate(ON_TOP)
    # It is in the one live region that is read while the dialog is open, and does not cover the buttons at its foot.
    await expect(sheet.get_by_role("status").filter(has=toast)).to_have_count(1)
    assert await sheet.locator(".sheet-foot .accent").evaluate(ON_TOP)
    await ana.require_no_serious()
    await ana.page.keyboard.press("Escape")
    await expect(toast).to_have_count(1)
    assert await toast.evaluate(ON_TOP)


async def test_what_was_done_can_be_undone_over_a_dialog_that_was_opened_since(dining: Dining) -> None:
    party = await dining.party()
    ana = await dining.diner(party, "Ana")
    await add(ana, "zacusca")
    await go_to(ana, "cart")
    await lines(ana).get_by_role("button", name="Take out").click()
    await expect(lines(ana)).to_have_count(0)
    sheet = await open_dish(ana, "humus")
    await sheet.get_by_role("button", name="Undo").click()
    await expect(ana.page.locator(".toast")).to_have_count(0)
    await ana.page.keyboard.press("Escape")
    await go_to(ana, "cart")
    await expect(lines(ana)).to_have_count(1)


SHUT = """async () => {
  const [{ render }, { html }] = await Promise.all([import("preact"), import("@comanda/ui/html.js")]);
  const [{ Dialog }, toast] = await Promise.all([import("@comanda/ui/dialog.js"), import("@comanda/ui/toast.js")]);
  const App = () => html`<${Dialog} heading="Stays" onClose=${() => {}}><p>As it was.</p><//><${toast.ToastBar} />`;
  render(html`<${App} />`, document.body);
  toast.tellDone("It is done.", null);
}"""
"""A dialog that is drawn on whatever the browser does with it, as while something is on its way, and a message."""


async def test_a_message_is_on_the_page_when_a_dialog_was_closed_that_is_still_drawn(dining: Dining) -> None:
    tab = await dining.visitor(await dining.party(), is_blank=True)
    await tab.page.evaluate(SHUT)
    dialog, toast = tab.page.locator("dialog"), tab.page.locator(".toast")
    await expect(dialog.locator(".toast")).to_be_visible()
    await tab.page.keyboard.press("Escape")
    await expect(dialog.locator(".toast")).to_have_count(0)
    await expect(dialog).to_have_count(1)
    await expect(toast).to_be_visible()
    assert await toast.evaluate(ON_TOP)
