/**
 * The one table of messages between a page and the main process. Bulk data (runs, maps, timelines) never passes here:
 * it goes over a MessagePort between the page and the core. Main validates what a page sends, and where it comes from.
 */

/** Page → main, nothing is answered. Each entry says which arguments are well-formed. */
export const FROM_PAGE = {
  /** Asks for a new port to the core; it comes as `core:port`. */
  'core:connect': (args: readonly unknown[]): boolean => args.length === 0,
} as const
export type FromPage = keyof typeof FROM_PAGE

/** Main → page, with the arguments each carries. */
export interface ToPage {
  /** A port to the core travels with it. */
  'core:port': [nothing: null]
  /** The core died or hung; a new one has been started. Why, as a sentence for people. */
  'core:restarted': [reason: string]
  /** A menu item was chosen: the command's id in the page's own table. */
  'menu:command': [command: string]
}
