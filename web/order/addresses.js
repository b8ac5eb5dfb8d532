// @ts-check
/** The addresses of whoever orders, as the server has them: by use, each with the version that a change has to name. */
import { Refused, Unsent } from "@comanda/client";
import { computed, effect, signal } from "@preact/signals";
import { house } from "./house.js";
import { door, who } from "./proof.js";

/** @typedef {import("../client/protocol.js").AddressView} Address */
/** @typedef {Pick<Address, "street" | "city" | "county" | "postal_code" | "notes" | "is_default">} Fields */

/** What people type of an address. */
export const TYPED = /** @type {const} */ (["street", "city", "county", "postal_code", "notes"]);

const AGAIN = 3_000;

/** Null before they are known. */
export const addresses = signal(/** @type {readonly Address[] | null} */ (null));

export const isFull = computed(() => (addresses.value?.length ?? 0) >= (house.value?.addresses ?? Infinity));

/** Know them as long as somebody is in. */
export const followAddresses = () =>
  effect(() => {
    if (who.value) void load();
    else addresses.value = null;
  });

/** Read them, until the server answers. */
export async function load() {
  const mine = who.peek();
  while (mine && who.peek() === mine) {
    try {
      const found = await door.send("address:list");
      addresses.value = found.addresses;
      return;
    } catch (error) {
      if (error instanceof Refused && !error.isTemporary) return;
      if (!(error instanceof Refused || error instanceof Unsent)) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }
}

/**
 * Save a new address, or what is different of one that was read. Returns it as it is now; raises `Refused` or `Unsent`. Either may
 * be repeated: one that is there already is answered with itself.
 * @param {Fields} fields
 * @param {Address | null} before
 * @returns {Promise<Address>}
 */
export async function save(fields, before) {
  const saved = before ? await change(fields, before) : (await door.send("address:add", fields)).address;
  await load();
  return saved;
}

/** @param {Fields} fields @param {Address} before */
async function change(fields, before) {
  try {
    return (await door.send("address:change", { id: before.id, __v: before.__v, ...fields })).address;
  } catch (error) {
    const now = currentIn(error);
    // Our own change, whose answer was lost.
    if (now && differences(fields, now).length === 0 && (now.is_default || !fields.is_default)) return now;
    throw error;
  }
}

/** @param {Address} address */
export async function remove(address) {
  try {
    await door.send("address:remove", { id: address.id });
  } catch (error) {
    // It is gone already: from elsewhere, or by this very wish.
    if (!(error instanceof Refused && error.code === "NOT_FOUND")) throw error;
  }
  await load();
}

/**
 * The address as somebody else has left it, when that is why a change was refused.
 * @param {unknown} error
 * @returns {Address | null}
 */
export const currentIn = (error) =>
  error instanceof Refused && error.code === "CONCURRENT_UPDATE" ? error.details.address : null;

/**
 * What of an address is another than typed.
 * @param {Pick<Fields, typeof TYPED[number]>} typed
 * @param {Pick<Fields, typeof TYPED[number]>} other
 */
export const differences = (typed, other) => TYPED.filter((field) => typed[field].trim() !== other[field].trim());

/** @param {Pick<Fields, "street" | "city" | "county" | "postal_code">} address on one line */
export const written = ({ street, city, county, postal_code }) =>
  [street, [postal_code, city].filter(Boolean).join(" "), county === city ? "" : county].filter(Boolean).join(", ");
