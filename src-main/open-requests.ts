/**
 * What the app was asked to open, from its command line or the system: files of ours by their ending, and `pageward:`
 * links that carry a program in their fragment. All of it comes from strangers: what is not well-formed is nothing.
 */
import { resolve } from 'node:path'

export type OpenRequest =
  | { readonly kind: 'file'; readonly path: string }
  /** `#p=…` as the page's own share.ts writes it. */
  | { readonly kind: 'link'; readonly fragment: string }

export const LINK_SCHEME = 'pageward'
/** Longest link that is looked at, characters. */
const LONGEST_LINK = 100_000
const ENDINGS = /\.(pageward|ts)$/i

/** A `pageward:` link's request, or null. Host, path and query must be empty. */
export function parseLink(text: string): OpenRequest | null {
  if (text.length > LONGEST_LINK) return null
  const fragment = /^pageward:(?:\/\/)?\/?(#p=[\w-]+)$/i.exec(text)?.[1]
  return fragment === undefined ? null : { kind: 'link', fragment }
}

/** Whether a path has an ending that the app opens. */
export function isDocument(path: string): boolean {
  return ENDINGS.test(path) && !path.includes('\0')
}

/** The requests in a command line; `folder` is what relative paths start from. Switches are ignored. */
export function parseArguments(words: readonly string[], folder: string): OpenRequest[] {
  const requests: OpenRequest[] = []
  for (const word of words) {
    if (word.startsWith('-')) continue
    const link = parseLink(word)
    if (link !== null) requests.push(link)
    else if (isDocument(word) && !/^[a-z][\w+.-]+:/i.test(word)) {
      requests.push({ kind: 'file', path: resolve(folder, word) })
    }
  }
  return requests
}
