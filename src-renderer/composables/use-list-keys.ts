/** Arrow keys in a long list of buttons that is one stop for the Tab key: up, down, first and last take the focus. */

/** Handler for `keydown` of the element around the buttons; `items` selects them. */
export function listKeys(event: KeyboardEvent, items: string): void {
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(items)]
  const at = all.findIndex((each) => each === window.document.activeElement)
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
  if (at < 0 || next === undefined) return
  event.preventDefault()
  all[Math.max(0, Math.min(next, all.length - 1))]?.focus()
}
