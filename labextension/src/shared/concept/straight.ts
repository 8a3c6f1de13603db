type Spot = readonly [number, number];

/** Places that are closer have no direction, in px. */
const CLOSE = 0.7;

/**
 * A line through fewer places, which nobody can tell from the line through all of them.
 *
 * What a line on a canvas costs grows with its places, and most curves are straight over long parts.
 *
 * @param off how far it may be off, in px
 */
export function straightened(given: readonly Spot[], off = 0.3): Spot[] {
  const spots = given.filter(([x, y]) => Number.isFinite(x + y));
  const [first] = spots;
  if (!first) return [];
  const kept: Spot[] = [first];
  let last: Spot = first;
  let [x, y, along, ux, uy] = [first[0], first[1], 0, 0, 0];
  for (const spot of spots) {
    let [dx, dy] = [spot[0] - x, spot[1] - y];
    if (along > 0) {
      const on = dx * ux + dy * uy;
      if (Math.abs(dx * uy - dy * ux) <= off && on >= along) {
        [last, along] = [spot, on];
        continue;
      }
      kept.push(last);
      [x, y] = last;
      along = 0;
      [dx, dy] = [spot[0] - x, spot[1] - y];
    }
    last = spot;
    const far = Math.hypot(dx, dy);
    if (far < CLOSE) continue;
    [ux, uy, along] = [dx / far, dy / far, far];
  }
  if (last !== kept.at(-1)) kept.push(last);
  return kept;
}
