import { nearest, type Place, type Plane, toPixel } from './plane';

/** What a press has taken hold of: the handle, an end of the path, the plane itself, or a point. */
export type Hold = 'handle' | 0 | 1 | 'plane' | 'point';

/** How far from a press, in px, something is that it takes hold of. */
export const REACH = 12;

/** What can be taken hold of; `places` is null while the points are hidden. */
export interface Holds {
  point: Place;
  path: readonly [Place, Place] | null;
  places: Float32Array | null;
}

/** What lies under a press. */
export function holdAt(plane: Plane, { point, path, places }: Holds, at: Place): Hold {
  const far = (to: Place): number => {
    const [x, y] = toPixel(plane, to);
    return Math.hypot(x - at[0], y - at[1]);
  };
  const onHandle = far(point) < REACH;
  const end = path?.findIndex((place) => far(place) < REACH) ?? -1;
  // Where the handle lies upon an end, its rim is the handle's.
  if (end >= 0 && (!onHandle || far(point) > far(path![end]!))) return end as 0 | 1;
  if (onHandle || places === null) return 'handle';
  return nearest(plane, places, at, REACH / 2) < 0 ? 'handle' : 'point';
}
