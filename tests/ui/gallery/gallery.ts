/**
 * The real interface over invented rooms, for screenshots and for tests: `?state=busy&theme=dark`. Every command that the interface
 * sends stands in `window.gallery.calls`.
 */
import type { AppPort } from '../../../src/app/app-port.ts'
import { InsecureError, UnsupportedError } from '../../../src/domain/errors.ts'
import { realScheduler } from '../../../src/platform/scheduler.ts'
import '../../../src/ui/earshot-app.ts'
import { fakeHome, fakeLobby, fakeNodes, FakeRoom } from './fake-ports.ts'
import { roomFragment } from './people.ts'
import { states, type StateName } from './states.ts'

declare global {
  interface Window {
    gallery: { calls: unknown[][]; room: FakeRoom | null }
  }
}

const query = new URLSearchParams(location.search)
const name = query.get('state') ?? 'busy'
const theme = query.get('theme')
if (theme !== null) document.documentElement.dataset['theme'] = theme

const calls: unknown[][] = []
const room = name in states ? new FakeRoom(states[name as StateName](), calls) : null
window.gallery = { calls, room }

const port: AppPort = {
  home: fakeHome(calls, name === 'home-first'),
  lobby: fakeLobby(calls, name !== 'home-first'),
  nodes: fakeNodes(),
  askPlace: async () => {
    calls.push(['askPlace'])
    return { latitudeDeg: 59, longitudeDeg: 10 }
  },
  handOver: async (code) => {
    calls.push(['handOver', code])
    return code === 'taken'
  },
  openRoom: () => (room === null ? new Promise(() => undefined) : Promise.resolve(room)),
  scheduler: realScheduler(),
  random: () => 0.42,
}

const app = document.createElement('earshot-app')
if (location.hash === '')
  location.hash =
    name.startsWith('home') || name === 'unsupported' || name === 'insecure'
      ? '#/'
      : name === 'bad-link'
        ? '#/r/abc'
        : roomFragment
if (name === 'unsupported') {
  app.problem = new UnsupportedError(
    'This page is not on a secure address, so the browser withholds what Earshot needs. Open it over https, or on this computer as localhost.',
  )
}
if (name === 'insecure') app.problem = new InsecureError('This page was opened over an insecure connection.')
app.port = port
document.body.append(app)
