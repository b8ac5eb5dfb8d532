"""Stripe.js as a page loads it: the calls that https://docs.stripe.com/js documents, and refused as they are refused.

`Stripe(key, {locale})`, `elements({clientSecret, appearance})`, `create("payment")`, `on`, `mount`, `unmount` and
`confirmPayment({elements, redirect, confirmParams: {return_url}})`. The card is chosen in a frame of its own, as it is
typed into one of Stripe's.
"""

from aiohttp import web
from simulators.stripe_books import CARDS

SCRIPT = """
window.Stripe = function Stripe(key, options = {}) {
  if (!/^pk_/.test(key)) throw new Error("IntegrationError: Stripe() needs a publishable key");
  if (!(this instanceof Stripe)) return new Stripe(key, options);
  const origin = new URL(SCRIPT_URL).origin;

  this.elements = ({ clientSecret, appearance } = {}) => {
    if (!/^pi_.+_secret_.+$/.test(clientSecret)) throw new Error("IntegrationError: elements() needs a clientSecret");
    const elements = { clientSecret, card: "pm_card_visa", payment: null };
    elements.create = (type) => {
      if (type !== "payment") throw new Error("IntegrationError: only the payment element is simulated");
      if (elements.payment) throw new Error("IntegrationError: there can be one element of type payment");
      const listeners = {};
      let frame = null;
      const chosen = (event) => {
        if (event.source === frame?.contentWindow && event.origin === origin) elements.card = event.data;
      };
      elements.payment = {
        on: (name, listener) => (listeners[name] = listener),
        mount: (place) => {
          frame = document.createElement("iframe");
          frame.title = "Secure payment input frame";
          frame.onload = () => listeners.ready?.({ elementType: "payment" });
          frame.src = `${origin}/elements`;
          Object.assign(frame.style, { border: 0, width: "100%" });
          addEventListener("message", chosen);
          (typeof place === "string" ? document.querySelector(place) : place).append(frame);
        },
        unmount: () => {
          frame?.remove();
          removeEventListener("message", chosen);
        },
      };
      return elements.payment;
    };
    return elements;
  };

  this.confirmPayment = async ({ elements, redirect = "always", confirmParams = {} }) => {
    if (!elements?.payment) throw new Error("IntegrationError: confirmPayment() needs elements that are mounted");
    if (redirect !== "if_required") throw new Error("IntegrationError: only if_required is simulated");
    if (!confirmParams.return_url) throw new Error("IntegrationError: confirmParams.return_url is missing");
    const intent = elements.clientSecret.split("_secret_")[0];
    const body = new URLSearchParams({ key, client_secret: elements.clientSecret, payment_method: elements.card });
    try {
      const answer = await fetch(`${API}/v1/payment_intents/${intent}/confirm`, { method: "POST", body });
      const said = await answer.json();
      return answer.ok ? { paymentIntent: said } : { error: said.error };
    } catch {
      return { error: { type: "api_connection_error", message: "We could not reach Stripe." } };
    }
  };
};
"""

FRAME = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Card</title><body>
<label>Card <select onchange="parent.postMessage(value, '*')">{options}</select></label></body></html>"""


async def script(request: web.Request) -> web.Response:
    """Answer with Stripe.js; in the browser it asks the address that it came from."""
    origin = f"{request.scheme}://{request.host}"
    constants = f'const API = "{origin}", SCRIPT_URL = "{origin}{request.path}";'
    return web.Response(text=f"(() => {{ {constants}\n{SCRIPT} }})();", content_type="text/javascript")


async def frame(request: web.Request) -> web.Response:
    """Answer with the frame in which a card is chosen: Stripe's documented test cards."""
    options = "".join(f"<option>{card}</option>" for card in CARDS)
    return web.Response(text=FRAME.format(options=options), content_type="text/html")


async def let_pages_read(request: web.Request, response: web.StreamResponse) -> None:
    """Let a page of any origin read the answer, as Stripe does of what phones may ask."""
    if request.path.endswith("/confirm"):
        response.headers["Access-Control-Allow-Origin"] = "*"
