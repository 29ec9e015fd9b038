import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { RelayCounts } from '../src/net/libp2p/relay.ts'
import type { NodeCounts } from './counts.ts'

export interface Metrics {
  readonly contentType: string
  /** The Prometheus text of this moment. */
  text(): Promise<string>
}

/** The node's counters and the process's own (memory, processor, event loop) for Prometheus: sums only, no label of any client. */
export function createMetrics(
  counts: NodeCounts,
  present: () => { readonly connections: number; readonly topics: number },
  relay: () => (RelayCounts & { readonly others: number }) | null,
  kept: () => { readonly rooms: number; readonly bytes: number } | null,
): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = (name: string, help: string, value: () => number): void => {
    registry.registerMetric(new Gauge({ name, help, registers: [], collect: gather }))
    function gather(this: Gauge): void {
      this.set(value())
    }
  }
  /** A counter per member of `values`, which is counted elsewhere: a signal must not wait for a metric. */
  const counters = (name: string, help: string, label: string, values: Readonly<Record<string, number>>): void => {
    registry.registerMetric(new Counter({ name, help, labelNames: [label], registers: [], collect: gather }))
    function gather(this: Counter): void {
      this.reset()
      for (const [key, value] of Object.entries(values)) this.inc({ [label]: key }, value)
    }
  }
  gauge('earshot_connections', 'WebSockets that are open, of both protocols.', () => present().connections)
  gauge('earshot_topics', 'Topics that somebody listens to.', () => present().topics)
  gauge('earshot_relay_connections', 'libp2p connections, other nodes among them.', () => relay()?.connections ?? 0)
  gauge('earshot_relay_reservations', 'Members that can be called through this node.', () => relay()?.reservations ?? 0)
  gauge('earshot_relay_peers', 'Other nodes (--peer) that are connected.', () => relay()?.others ?? 0)
  gauge('earshot_relay_topics', 'Rooms whose gossip this node carries.', () => relay()?.topics ?? 0)
  gauge('earshot_kept_rooms', 'Rooms that this node was asked to keep.', () => kept()?.rooms ?? 0)
  gauge('earshot_kept_bytes', 'Bytes of their records.', () => kept()?.bytes ?? 0)
  counters('earshot_signals_total', 'Signals by delivery.', 'delivery', counts.signals)
  counters(
    'earshot_refused_total',
    'Handshakes and connections that were turned away, by reason.',
    'reason',
    counts.refused,
  )
  counters(
    'earshot_closed_total',
    'Connections that were closed for what they did, by reason.',
    'reason',
    counts.closed,
  )
  const delivered = new Counter({
    name: 'earshot_delivered_bytes_total',
    help: 'Bytes of signals that were handed to receivers.',
    registers: [],
    collect() {
      this.reset()
      this.inc(counts.deliveredBytes)
    },
  })
  registry.registerMetric(delivered)
  return { contentType: registry.contentType, text: () => registry.metrics() }
}
