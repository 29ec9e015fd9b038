import { byTime } from './order.ts'
import type { RecordBodies, VerifiedRecord } from './record.ts'
import { isHost, type Roles } from './roles.ts'
import type { RoomState } from './room-state.ts'

export type Charter = RecordBodies['charter']

/** A room before its first charter has come: no name yet, everyone may control. */
const blankCharter: Charter = { name: '', control: 'everyone' }

/** The latest charter by the founder or someone who is host now (ROOM-4). */
export function foldCharter(roles: Roles, records: readonly VerifiedRecord<'charter'>[]): Charter {
  const latest = records
    .filter(({ author }) => isHost(roles, author))
    .sort(byTime)
    .at(-1)
  return latest?.body ?? blankCharter
}

/** The charter in force, as a record would say it again. */
export const charterOf = ({ name, control, listing }: RoomState): Charter => ({
  ...{ name, control },
  ...(listing === undefined ? {} : { listing }),
})
