/** docs/mutations.md: what the rules find of the mutants, and why each survivor survived. */
import { OPERATORS } from './mutants.ts'
import type { Tried } from './measure.ts'
import { MISSED } from './survivors.ts'

/** Part of the mutants that were diagnosed, from 0 to 1. */
export function shareFound(tried: readonly Tried[]): number {
  return tried.length === 0 ? 0 : tried.filter(({ codes }) => codes.length > 0).length / tried.length
}

/** Mutants that nobody found and no evidence explains. */
export function missed(tried: readonly Tried[]): string[] {
  return tried.filter(({ reason }) => reason === MISSED).map(({ program, mutant }) => placeOf(program, mutant))
}

export function placeOf(program: string, mutant: Tried['mutant']): string {
  return `${program}:${mutant.line} ${mutant.operator} ${mutant.call}`
}

export function documentOf(tried: readonly Tried[]): string {
  const percent = (part: readonly Tried[]): string => `${(100 * shareFound(part)).toFixed(1)} %`
  const lines = [
    '# Mutants of correct programs',
    '',
    'Made by `node scripts/generate-mutations.mjs`; do not edit. In every twin of the corpus and every example that',
    'expects nothing, a release is left out, done twice, exchanged with the next one, or done before the last use. A',
    'mutant counts as found if any error or warning is told, in the first era that the program names. Why a survivor',
    'survived is read from the two runs, not from the program.',
    '',
    '| change | mutants | found | share |',
    '| --- | ---: | ---: | ---: |',
  ]
  for (const operator of OPERATORS) {
    const part = tried.filter(({ mutant }) => mutant.operator === operator)
    const found = part.filter(({ codes }) => codes.length > 0)
    lines.push(`| ${operator} | ${part.length} | ${found.length} | ${percent(part)} |`)
  }
  const all = tried.filter(({ codes }) => codes.length > 0).length
  lines.push(`| all | ${tried.length} | ${all} | ${percent(tried)} |`, '', '## Survivors', '')
  const survivors = tried.filter(({ codes }) => codes.length === 0)
  const reasons = [...new Set(survivors.map(({ reason }) => reason))].sort()
  lines.push('| evidence | mutants |', '| --- | ---: |')
  for (const reason of reasons) lines.push(`| ${reason} | ${survivors.filter((one) => one.reason === reason).length} |`)
  lines.push('', '| program | line | change | call | evidence |', '| --- | ---: | --- | --- | --- |')
  for (const { program, mutant, reason } of survivors) {
    lines.push(`| ${program} | ${mutant.line} | ${mutant.operator} | \`${mutant.call}\` | ${reason} |`)
  }
  return `${lines.join('\n')}\n`
}
