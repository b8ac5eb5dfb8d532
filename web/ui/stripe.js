// @ts-check
/**
 * The form of Stripe in which a card is typed. Its script is loaded from Stripe when somebody pays, and never before; the card is typed into
 * a frame of Stripe's that we cannot read. It is documented at https://docs.stripe.com/js.
 *
 * A page must not show it in a modal `<dialog>`: what a bank asks opens beside it in the document, and would be behind the dialog.
 *
 * @typedef {import("../client/protocol.js").OnlinePayment} OnlinePayment
 */
/**
 * What became of a confirmation. `TAKEN`: Stripe has it, and the house will hear. `REFUSED`: nothing was taken, for this reason. `UNKNOWN`:
 * no answer came; confirming again charges nothing twice, as it is the same payment.
 * @typedef {{kind: "TAKEN"} | {kind: "REFUSED", message: string} | {kind: "UNKNOWN"}} Confirmed
 */
/** @typedef {{confirm: (returnUrl: string) => Promise<Confirmed>, unmount: () => void}} Form */

/** States of a payment after which nobody has to do anything more. */
const TAKEN = new Set(["succeeded", "processing", "requires_capture"]);

/** Errors in which Stripe says that the card, or what was typed, will not do. */
const REFUSALS = new Set(["card_error", "validation_error"]);

/** Longer than the slowest phone takes: a network that swallows everything never says that it does, in milliseconds. */
const SCRIPT_WITHIN = 20_000;

/** @type {Map<string, Promise<any>>} */
const scripts = new Map();

/** Load the script once; it can be tried again after it did not come. @param {string} url @returns {Promise<any>} */
function loaded(url) {
  let loading = scripts.get(url);
  if (!loading) {
    loading = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      const fail = () => {
        clearTimeout(timer);
        script.remove();
        scripts.delete(url);
        reject(new Error("Stripe.js did not come"));
      };
      const timer = setTimeout(fail, SCRIPT_WITHIN);
      script.onerror = fail;
      script.onload = () => {
        clearTimeout(timer);
        resolve(/** @type {any} */ (window)["Stripe"]);
      };
      document.head.append(script);
    });
    scripts.set(url, loading);
  }
  return loading;
}

/**
 * Show the form in an element; resolves when it can be filled in. Raises if Stripe cannot be reached.
 * @param {HTMLElement} place
 * @param {{online: OnlinePayment, clientSecret: string, language: string}} options
 * @returns {Promise<Form>}
 */
export async function mountForm(place, { online, clientSecret, language }) {
  const Stripe = await loaded(online.scriptUrl);
  const stripe = Stripe(online.publishableKey, { locale: language });
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const elements = stripe.elements({ clientSecret, appearance: { theme: isDark ? "night" : "stripe" } });
  const element = elements.create("payment");
  const ready = new Promise((resolve, reject) => {
    element.on("ready", resolve);
    element.on("loaderror", () => reject(new Error("the form did not come")));
  });
  element.mount(place);
  try {
    await ready;
  } catch (error) {
    // The next try has the place for itself.
    element.unmount();
    throw error;
  }
  return { confirm: (returnUrl) => confirmed(stripe, elements, returnUrl), unmount: () => element.unmount() };
}

/** @param {any} stripe @param {any} elements @param {string} returnUrl @returns {Promise<Confirmed>} */
async function confirmed(stripe, elements, returnUrl) {
  try {
    const { error, paymentIntent } = await stripe.confirmPayment({ elements, redirect: "if_required", confirmParams: { return_url: returnUrl } });
    const intent = paymentIntent ?? error?.payment_intent;
    if (intent && TAKEN.has(intent.status)) return { kind: "TAKEN" };
    if (error && REFUSALS.has(error.type)) return { kind: "REFUSED", message: error.message ?? "" };
  } catch {
    // What went wrong inside says nothing about the money.
  }
  return { kind: "UNKNOWN" };
}
