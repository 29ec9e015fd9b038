/**
 * The floors of the house (docs/ARCHITECTURE.md): imports go downwards only, and only `src/main.ts` wires floors together.
 * Sources are read with swc, because dependency-cruiser 18 cannot use TypeScript 7.
 */

/** What each floor may import of the project, as path patterns below the root; its own files always. */
const floors = {
  'src/domain': [],
  'src/clock': ['src/domain'],
  'src/replica': ['src/domain'],
  'src/net': ['src/domain', 'src/clock', 'src/replica'],
  'src/media': ['src/domain', 'src/net/(link|transport)[.]ts'],
  'src/player': ['src/domain', 'src/clock'],
  'src/app': ['src/domain', 'src/clock', 'src/replica', 'src/net', 'src/media', 'src/player'],
  'src/platform': ['src/domain'],
  'src/ui': ['src/domain', 'src/app'],
  signaling: ['src/domain', 'src/replica', 'src/net'],
}

/**
 * What a floor may name in types but not run: a platform file names the interface that it implements, and the app names the
 * platform's interfaces, whose implementations `main.ts` hands in.
 */
const byTypeOnly = {
  'src/platform': ['src/clock', 'src/replica', 'src/net', 'src/media', 'src/player', 'src/app'],
  'src/app': ['src/platform'],
}

/** Floors that compute only: the npm packages they may use are named, everything else (Node's modules too) is forbidden. */
const pureFloors = {
  'src/domain': ['@scure/base', 'cborg', 'valibot'],
  'src/clock': [],
  'src/replica': ['@scure/base', 'cborg', 'valibot', 'yjs', 'lib0', 'y-protocols'],
}

/** Packages that only certain places may know, so that each can be replaced there. */
const packageOwners = [
  { name: 'yjs', path: 'yjs', owners: ['src/replica', 'src/net/webrtc'] },
  { name: 'y-webrtc', path: '(y-webrtc|simple-peer)', owners: ['src/net/webrtc'] },
  {
    name: 'libp2p',
    path: '(libp2p|@libp2p/[^/]+|@chainsafe/[^/]+|@multiformats/[^/]+)',
    owners: ['src/net/libp2p', 'signaling'],
  },
  { name: 'lit', path: '(lit|lit-element|lit-html|@lit/[^/]+|@awesome[.]me/[^/]+)', owners: ['src/ui'] },
  { name: 'mediabunny', path: 'mediabunny', owners: ['src/player', 'src/media'] },
  { name: 'music-metadata', path: 'music-metadata', owners: ['src/media'] },
  { name: 'idb-keyval', path: 'idb-keyval', owners: ['src/platform'] },
  { name: 'ws', path: 'ws', owners: ['signaling'] },
]

const startsWithOne = (paths) => `^(${paths.join('|')})`
const packagePath = (name) => `(^|/)node_modules/${name}/`

/** Tests and benches may look into every floor; `main.ts` wires them. */
const OUTSIDE = '^(tests|bench)/|^src/main[.]ts$'

const floorRules = Object.entries(floors).map(([floor, allowed]) => ({
  name: `floor-${floor.replace('src/', '')}`,
  comment: `${floor} may import ${allowed.join(', ') || 'nothing of the project'}`,
  severity: 'error',
  from: { path: `^${floor}/` },
  to: {
    path: '^(src|signaling|tests|bench)/',
    pathNot: startsWithOne(
      [floor, ...allowed, ...(byTypeOnly[floor] ?? [])].map((path) => (path.endsWith('ts') ? path : `${path}/`)),
    ),
  },
}))

const typeOnlyRules = Object.entries(byTypeOnly).map(([floor, paths]) => ({
  name: `types-only-${floor.replace('src/', '')}`,
  comment: `${floor} may import types only from ${paths.join(', ')}`,
  severity: 'error',
  from: { path: `^${floor}/` },
  to: {
    path: startsWithOne(paths.map((path) => `${path}/`)),
    pathNot: startsWithOne([floor, ...floors[floor]].map((path) => `${path}/`)),
    dependencyTypesNot: ['type-only'],
  },
}))

const pureRules = Object.entries(pureFloors).map(([floor, packages]) => ({
  name: `pure-${floor.replace('src/', '')}`,
  comment: `${floor} computes only; it may use ${packages.join(', ') || 'no package'}`,
  severity: 'error',
  from: { path: `^${floor}/` },
  to: { pathNot: `^src/|${packages.map(packagePath).join('|') || '^$'}` },
}))

const packageRules = packageOwners.map(({ name, path, owners }) => ({
  name: `package-${name}`,
  comment: `only ${owners.join(', ')} may know ${name}`,
  severity: 'error',
  from: { path: '^(src|signaling)/', pathNot: `${startsWithOne(owners.map((owner) => `${owner}/`))}|${OUTSIDE}` },
  to: { path: packagePath(path) },
}))

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: { pathNot: '^src/main[.]ts$' },
      to: { path: '^src/main[.]ts$' },
    },
    {
      name: 'browser-code-without-node',
      comment: 'the crate is composed by a program that runs in Node, not in the app',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/media/crate/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^virtual:' } },
    {
      name: 'app-does-not-import-tests',
      severity: 'error',
      from: { path: '^(src|signaling)/' },
      to: { path: '^(tests|bench)/' },
    },
    ...floorRules,
    ...typeOnlyRules,
    ...pureRules,
    ...packageRules,
  ],
  options: {
    parser: 'swc',
    // Pages that only browser tests load. dependency-cruiser 18 fails on their `using` declarations.
    exclude: { path: '^tests/e2e/pages/' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'browser', 'module', 'types', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
  },
}
