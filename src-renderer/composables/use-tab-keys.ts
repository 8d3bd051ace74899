/** Arrow keys in a row of tabs: they choose the neighbour and take the focus along. */

/** Handler for `keydown` of the element with `role="tablist"`. */
export function tabKeys(event: KeyboardEvent): void {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  if (step === 0) return
  const tabs = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role="tab"]')]
  const at = tabs.findIndex((each) => each.getAttribute('aria-selected') === 'true')
  const next = tabs[(at + step + tabs.length) % tabs.length]
  event.preventDefault()
  next?.click()
  next?.focus()
}
