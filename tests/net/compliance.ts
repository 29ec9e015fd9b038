import { channelCases } from './compliance/channels.ts'
import type { ComplianceCase } from './compliance/env.ts'
import { listenerCases } from './compliance/listeners.ts'
import { meetingCases } from './compliance/meeting.ts'

export type { ComplianceCase, ComplianceEnv, CompliancePeer } from './compliance/env.ts'
export { crowdCases } from './compliance/crowd.ts'

/**
 * What every network must do, whichever it is. No test library in here: the same cases run under Vitest over the memory network and
 * inside browsers over WebRTC. A case throws when the network breaks its rule.
 */
export const complianceCases: readonly ComplianceCase[] = [...meetingCases, ...channelCases, ...listenerCases]
