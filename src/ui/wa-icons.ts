import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js'
import { iconFile, type IconName } from './icons.ts'

/** Names that Web Awesome's own parts ask for, and which of ours stands in. */
const standIns: Readonly<Record<string, IconName>> = {
  xmark: 'close',
  check: 'check',
  'chevron-down': 'down',
  'chevron-up': 'up',
  copy: 'link',
}

/**
 * Lets Web Awesome find its icons here. Without this it asks a CDN, which would tell strangers who listens. Blob URLs rather than
 * `data:` ones, because the node's content security policy allows only the former to be fetched.
 */
export function registerIcons(): void {
  const urls = new Map<IconName, string>()
  const resolver = (name: string): string => {
    const own = standIns[name] ?? 'music'
    let url = urls.get(own)
    if (url === undefined) {
      url = URL.createObjectURL(new Blob([iconFile(own)], { type: 'image/svg+xml' }))
      urls.set(own, url)
    }
    return url
  }
  registerIconLibrary('default', { resolver })
  registerIconLibrary('system', { resolver })
}
