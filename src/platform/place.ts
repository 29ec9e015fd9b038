import { UnsupportedError } from '../domain/errors.ts'
import { coarsePlace } from '../domain/lobby/place.ts'
import type { CoarsePlace } from '../domain/record.ts'

/** A region is enough, so an old position does too. */
const MAX_AGE_MS = 3_600_000
const TIMEOUT_MS = 15_000

/** Where this device is, as a cell of about 100 km; the browser asks its person. @throws UnsupportedError when it is not told. */
export function askPlace(geolocation: Geolocation | undefined): Promise<CoarsePlace> {
  return new Promise((resolve, reject) => {
    const refuse = (): void =>
      reject(
        new UnsupportedError(
          'The browser did not say where you are. Allow this page to know your location, or look for rooms another way.',
        ),
      )
    if (geolocation === undefined) return refuse()
    geolocation.getCurrentPosition(({ coords }) => resolve(coarsePlace(coords.latitude, coords.longitude)), refuse, {
      enableHighAccuracy: false,
      maximumAge: MAX_AGE_MS,
      timeout: TIMEOUT_MS,
    })
  })
}
