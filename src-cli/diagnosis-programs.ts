/** The corpus programs of each diagnosis, bundled: `explain` shows the smallest ones. */

const PROGRAMS = import.meta.glob<string>('../corpus/diagnoses/*/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/**
 * The shortest bad program of a code and its shortest good twin, without their pragmas; null if the corpus has none.
 */
export function smallestPrograms(code: string): { bad: string | null; good: string | null } {
  const of = (kind: 'bad' | 'good'): string | null => {
    const texts = Object.entries(PROGRAMS)
      .filter(([path]) => path.includes(`/diagnoses/${code}/${kind}-`))
      .map(([, text]) => text.replace(/^\s*\/\/ @.*\n/gm, '').trim())
    return texts.sort((a, b) => a.length - b.length)[0] ?? null
  }
  return { bad: of('bad'), good: of('good') }
}
