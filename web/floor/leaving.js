// @ts-check
/**
 * What somebody saw, chose and typed on this tablet: it must not be there for the next one. Whatever a module keeps outside of its views
 * is a signal of `ofPerson`, or is thrown away by `whenLeft`.
 */
import { computed, signal } from "@preact/signals";

/** @type {(() => void)[]} */
const acts = [];

/** Have something done when whoever was logged in has left. @param {() => void} act */
export const whenLeft = (act) => void acts.push(act);

/**
 * A signal that begins anew with each person.
 * @template T
 * @param {T} usual
 * @returns {import("@preact/signals").Signal<T>}
 */
export function ofPerson(usual) {
  const one = signal(usual);
  whenLeft(() => void (one.value = usual));
  return one;
}

/** @type {import("@preact/signals").ReadonlySignal<unknown>[]} */
const derived = [];

/**
 * What is worked out of what a person knows. It keeps its last value until somebody asks again, so it is asked when they have left.
 * @template T
 * @param {() => T} compute
 * @returns {import("@preact/signals").ReadonlySignal<T>}
 */
export function derivedFor(compute) {
  const one = computed(compute);
  derived.push(one);
  return one;
}

/** Forget whoever has left. */
export function forgetPerson() {
  for (const act of acts) act();
  for (const one of derived) one.peek();
}
