/**
 * The text of lessons: Markdown without HTML. Links lead to diagnoses, lessons, examples or the web; glossary words
 * are marked where they first appear, and say what they mean when pointed at or focused.
 */
import MarkdownIt from 'markdown-it'

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false })
const SCHEMES = /^(code|lesson|example|https):/
markdown.validateLink = (url) => SCHEMES.test(url)

/** HTML of a text; safe to insert, since Markdown is all it can hold. */
export function html(text: string, words: ReadonlyMap<string, string>): string {
  const seen = new Set<string>()
  const tokens = markdown.parse(text, {})
  for (const block of tokens) {
    for (const token of block.children ?? []) {
      if (token.type !== 'text' && token.type !== 'code_inline') continue
      if (token.type === 'text') token.meta = { words, seen }
    }
  }
  return markdown.renderer.render(tokens, markdown.options, {})
}

markdown.renderer.rules['text'] = (tokens, index) => {
  const token = tokens[index]
  if (token === undefined) return ''
  const escaped = markdown.utils.escapeHtml(token.content)
  const meta = token.meta as { words: ReadonlyMap<string, string>; seen: Set<string> } | null
  if (meta === null || meta.words.size === 0) return escaped
  return escaped.replace(wordPattern(meta.words), (found) => {
    const key = found.toLowerCase()
    const meaning = meta.words.get(key)
    if (meaning === undefined || meta.seen.has(key)) return found
    meta.seen.add(key)
    return `<span class="word" tabindex="0" data-tip="${markdown.utils.escapeHtml(meaning)}">${found}</span>`
  })
}

markdown.renderer.rules['link_open'] = (tokens, index) => {
  const href = String(tokens[index]?.attrGet('href') ?? '')
  const safe = markdown.utils.escapeHtml(href)
  return href.startsWith('https:')
    ? `<a href="${safe}" target="_blank" rel="noopener noreferrer">`
    : `<a href="#" data-link="${safe}">`
}

let pattern: { readonly words: ReadonlyMap<string, string>; readonly expression: RegExp } | null = null

function wordPattern(words: ReadonlyMap<string, string>): RegExp {
  if (pattern?.words !== words) {
    const escaped = [...words.keys()]
      .sort((a, b) => b.length - a.length)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    pattern = { words, expression: new RegExp(`(?<![\\w/.-])(?:${escaped.join('|')})(?![\\w/-]|\\.\\w)`, 'gi') }
  }
  return pattern.expression
}
