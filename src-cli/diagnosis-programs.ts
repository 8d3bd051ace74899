/** The corpus programs of each diagnosis, bundled: `explain` shows the smallest ones. */

const PROGRAMS = import.meta.glob<string>('../corpus/diagnoses/*/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/**
 * The shortest bad program of a code and its own good twin (`bad-2.ts`, `good-2.ts`), without their pragmas; null if
 * the corpus has none.
 */
export function smallestPrograms(code: string): { bad: string | null; good: string | null } {
  const folder = `/diagnoses/${code}/`
  const twinOf = (path: string): string => path.replace('/bad-', '/good-')
  const all = Object.keys(PROGRAMS).filter((path) => path.includes(`${folder}bad-`))
  // Programs of other shapes have numbers of their own, without a twin of that number.
  const paired = all.filter((path) => twinOf(path) in PROGRAMS)
  const [bad] = (paired.length > 0 ? paired : all).sort((a, b) => programText(a).length - programText(b).length)
  if (bad === undefined) return { bad: null, good: null }
  return { bad: programText(bad), good: paired.length > 0 ? programText(twinOf(bad)) : null }
}

/** Without pragmas, and without the empty comment line that parts them from the words. */
function programText(path: string): string {
  return (PROGRAMS[path] ?? '')
    .replace(/^\s*\/\/ @.*\n/gm, '')
    .replace(/^(\s*\/\/\n)+/, '')
    .trim()
}
