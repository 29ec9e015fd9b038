import type { BrowserContext } from '@playwright/test'

/** A network that lets no WebRTC connection come about between certain people, over whatever library they try. */
export class NoDirectRoute {
  /** Whose certificate is whose: a connection is known by it before it stands. */
  readonly #owners = new Map<string, string>()
  /** Attempts that were stopped. */
  stopped = 0
  /** Whether connections come about after all, from now on. */
  lifted = false

  /** To be called before the person's page is opened. */
  async guard(context: BrowserContext, person: string): Promise<void> {
    await context.exposeFunction('noteOwnCertificate', (fingerprint: string) => this.#owners.set(fingerprint, person))
    await context.exposeFunction('isUnreachable', (fingerprint: string) => {
      const owner = this.#owners.get(fingerprint)
      const unreachable = !this.lifted && owner !== undefined && owner !== person
      if (unreachable) this.stopped++
      return unreachable
    })
    await context.addInitScript(installGuard)
  }
}

/** Runs in the page. */
function installGuard(): void {
  interface Guard {
    noteOwnCertificate(fingerprint: string): Promise<void>
    isUnreachable(fingerprint: string): Promise<boolean>
  }
  const guard = globalThis as unknown as Guard
  const fingerprintOf = (sdp: string | undefined): string => /a=fingerprint:sha-256 (\S+)/i.exec(sdp ?? '')?.[1] ?? ''
  const { prototype } = RTCPeerConnection
  const setRemoteDescription: (description: RTCSessionDescriptionInit) => Promise<void> = prototype.setRemoteDescription
  for (const name of ['createOffer', 'createAnswer'] as const) {
    const create: (options?: RTCOfferOptions) => Promise<RTCSessionDescriptionInit> = prototype[name]
    const noted = async function (this: RTCPeerConnection, options?: RTCOfferOptions) {
      const description = await create.call(this, options)
      await guard.noteOwnCertificate(fingerprintOf(description.sdp))
      return description
    }
    prototype[name] = noted as never
  }
  prototype.setRemoteDescription = async function (description: RTCSessionDescriptionInit) {
    if (await guard.isUnreachable(fingerprintOf(description.sdp)))
      throw new DOMException('no route to this peer', 'OperationError')
    return setRemoteDescription.call(this, description)
  }
}
