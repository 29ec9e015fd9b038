/**
 * What lies over the pages: dialogs and popovers, with the part of Web Awesome that they need. Loaded right after the first paint,
 * not before it, because nobody opens one in the first moment.
 */
import '@awesome.me/webawesome/dist/components/popover/popover.js'
import './earshot-help.ts'
import './earshot-answer.ts'
import './earshot-invite.ts'
import './earshot-settings.ts'
import './earshot-tune.ts'
import { registerIcons } from './wa-icons.ts'

registerIcons()
