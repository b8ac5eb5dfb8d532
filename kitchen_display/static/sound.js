// @ts-check
/** Sounds made here, not loaded: two soft notes for a new ticket, three lower ones for what needs a look at once. */
import { signal } from "@preact/signals";
import { isMuted } from "./settings.js";

/** @typedef {'ticket' | 'urgent' | 'refused'} Sound */

/** @type {Record<Sound, number[]>} Hertz */
const NOTES = { ticket: [659, 880], urgent: [880, 660, 880], refused: [220, 196] };
const NOTE_SECONDS = 0.16;
const LOUDNESS = 0.35;
const PAUSE_MS = 800;

/** Browsers are silent until somebody has touched the page. */
export const isWaitingForTouch = signal(true);

/** @type {AudioContext | undefined} */
let context;
let playedAt = -PAUSE_MS;

/** Get ready with the first touch or key: at its end, as the bar changes with it, and a tap ends where it began. */
export function prepareSound() {
  const wake = () => {
    try {
      context ??= new AudioContext();
    } catch {
      return;
    }
    void context.resume().then(() => {
      if (context?.state !== "running") return;
      isWaitingForTouch.value = false;
      for (const event of ["pointerup", "keydown"]) document.removeEventListener(event, wake);
    });
  };
  for (const event of ["pointerup", "keydown"]) document.addEventListener(event, wake);
}

/**
 * Play a sound, unless muted; of many at once, one.
 * @param {Sound} sound
 */
export function play(sound) {
  const moment = performance.now();
  if (isMuted.peek() || !context || context.state !== "running" || moment - playedAt < PAUSE_MS) return;
  playedAt = moment;
  NOTES[sound].forEach((pitch, at) => note(/** @type {AudioContext} */ (context), pitch, at * NOTE_SECONDS));
}

/**
 * @param {AudioContext} audio
 * @param {number} pitch
 * @param {number} after seconds
 */
function note(audio, pitch, after) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  const from = audio.currentTime + after;
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(LOUDNESS, from + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, from + NOTE_SECONDS * 2);
  tone.connect(volume).connect(audio.destination);
  tone.start(from);
  tone.stop(from + NOTE_SECONDS * 2);
}
