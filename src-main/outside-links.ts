/** Which links of the page may open in the person's own browser. */

/** Sites whose https pages a click may open in the person's own browser. */
const OUTSIDE = new Set([
  'docs.kernel.org',
  'git.kernel.org',
  'lore.kernel.org',
  'rust.docs.kernel.org',
  'www.kernel.org',
])

/** Whether a link may open in the person's browser: https, a listed host, the usual port, no credentials. */
export function isAllowedOutside(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, host, username, password } = new URL(url)
  return protocol === 'https:' && OUTSIDE.has(host) && username === '' && password === ''
}
