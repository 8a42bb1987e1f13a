/** Calls `changed` once a second, for ages and countdowns. Answers the function that stops. */
export function everySecond(changed: () => void): () => void {
  const timer = setInterval(changed, 1_000);
  return () => clearInterval(timer);
}
