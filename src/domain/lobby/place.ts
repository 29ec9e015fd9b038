import type { CoarsePlace } from '../record.ts'

const EARTH_RADIUS_KM = 6_371
const RADIANS = Math.PI / 180

/** The cell that a position lies in: about 100 km wide, so that it tells a region and no address. */
export const coarsePlace = (latitudeDeg: number, longitudeDeg: number): CoarsePlace => ({
  latitudeDeg: Math.min(89, Math.max(-90, Math.floor(latitudeDeg))),
  longitudeDeg: Math.min(179, Math.max(-180, Math.floor(((((longitudeDeg + 180) % 360) + 360) % 360) - 180))),
})

/** Great-circle distance between the middles of two cells, km (haversine formula). */
export function distanceKm(a: CoarsePlace, b: CoarsePlace): number {
  const [latA, latB] = [(a.latitudeDeg + 0.5) * RADIANS, (b.latitudeDeg + 0.5) * RADIANS]
  const dLongitude = (b.longitudeDeg - a.longitudeDeg) * RADIANS
  const h = Math.sin((latB - latA) / 2) ** 2 + Math.cos(latA) * Math.cos(latB) * Math.sin(dLongitude / 2) ** 2
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)))
}
