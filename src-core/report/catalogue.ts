/** The catalogue of diagnoses: every code that a report can hold, and what it means (KERNEL_FACTS §16, SURFACE §8). */
import type { RuleCode } from '../ownership/codes.ts'
import { CONTRACTS } from '../trace/contracts.ts'
import { FOUND, type Languages } from './catalogue/caught-by.ts'
import { DMA_AND_USER_CODES } from './catalogue/dma-and-users.ts'
import type { CatalogueEntry } from './catalogue/entry.ts'
import { KERNEL_MEMORY_CODES } from './catalogue/kernel-memory.ts'
import { languagesOf } from './catalogue/languages.ts'
import { PAGE_CODES } from './catalogue/pages.ts'
import { USE_CODES } from './catalogue/rules-of-use.ts'

export type { CatalogueEntry }
export type DiagnosisCode =
  keyof typeof PAGE_CODES | keyof typeof KERNEL_MEMORY_CODES | keyof typeof DMA_AND_USER_CODES | keyof typeof USE_CODES

export const CATALOGUE: Readonly<Record<DiagnosisCode | RuleCode, CatalogueEntry>> = {
  ...PAGE_CODES,
  ...KERNEL_MEMORY_CODES,
  ...DMA_AND_USER_CODES,
  ...USE_CODES,
}
/** All codes, in the order of the catalogue. */
export const CODES = Object.keys(CATALOGUE) as readonly DiagnosisCode[]

export function isCode(text: string): text is DiagnosisCode {
  return Object.hasOwn(CATALOGUE, text)
}

/** An entry with its code and, where a host has them, the smallest bad program and its fix. */
export interface Explained extends CatalogueEntry {
  readonly code: string
  /** What finds the mistake first, in each language. */
  readonly languages: Languages | null
  readonly bad: string | null
  readonly good: string | null
}

/**
 * What a code means; null if there is no such code. `programs` are the corpus programs of the code, if the host has
 * them.
 */
export function explain(
  code: string,
  programs: { readonly bad: string; readonly good: string } | null = null,
): Explained | null {
  if (!isCode(code)) return null
  return {
    code,
    ...CATALOGUE[code],
    languages: languagesOf(code),
    bad: programs?.bad ?? null,
    good: programs?.good ?? null,
  }
}

/** `explain` as text, newline at the end; null if there is no such code. */
export function explainText(
  code: string,
  programs: { readonly bad: string; readonly good: string } | null = null,
): string | null {
  const entry = explain(code, programs)
  if (entry === null) return null
  const lines = [`${entry.code}: ${entry.title}`, '', wrap(entry.meaning), '']
  lines.push(wrap(`real kernel  ${entry.kernel}`), wrap(`fix          ${entry.fix}`))
  const { languages } = entry
  if (languages !== null) {
    lines.push(`in C         ${FOUND[languages.c]}`)
    lines.push(wrap(`in Rust      ${FOUND[languages.rust]}. ${languages.note}`))
  }
  if (entry.reference !== '') lines.push(wrap(`see          ${entry.reference}`))
  const clauses = CONTRACTS.filter((contract) => contract.code === entry.code)
  if (clauses.length > 0) lines.push('', 'clauses of unsafe contracts that are reported so:', '')
  for (const { item, section, clause, duty } of clauses)
    lines.push(indent(wrap(`${item}, # ${section} (a duty of the ${duty}): ${clause}`)))
  if (entry.bad !== null) lines.push('', 'bad:', '', indent(entry.bad))
  if (entry.good !== null) lines.push('', 'good:', '', indent(entry.good))
  return `${lines.join('\n')}\n`
}

const WIDTH = 96

function wrap(text: string): string {
  const lead = /^(real kernel {2}|fix {10}|see {10}|in Rust {6})/.exec(text)?.[0].length ?? 0
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = ' '.repeat(lead) + word
    } else line = line === '' && lines.length === 0 ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.join('\n')
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n')
}
