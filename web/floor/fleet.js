// @ts-check
/** The SMS phones of the house, and whether one of them can send: the head of the page counts what is wrong. */
import { byName } from "@comanda/ui/language.js";
import { of } from "./feed.js";
import { derivedFor } from "./leaving.js";

/** In the order of their names; those that were sent away are gone. */
export const phones = derivedFor(() =>
  [...of("smsPhone").value.values()].filter((one) => one.status !== "REVOKED").sort(byName),
);

/** Whether a phone is here. */
export const isPhoneLive = derivedFor(() => phones.value.some((one) => one.status === "LIVE"));

/** How many of them need a look: away, or paused. */
export const phonesInTrouble = derivedFor(() => phones.value.filter((one) => one.status !== "LIVE" || one.pausedReason !== null).length);
