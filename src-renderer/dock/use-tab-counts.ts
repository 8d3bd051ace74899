/** What stands behind a tab's name: how many, or in how many of the eras something is wrong. */
import { computed, type ComputedRef } from 'vue'
import { eraRows } from '../panels/eras/era-rows.ts'
import { useSessionStore } from '../stores/session.ts'
import { useTextErrorsStore } from '../stores/text-errors.ts'

export function useTabCounts(): ComputedRef<Readonly<Record<string, string>>> {
  const session = useSessionStore()
  const texts = useTextErrorsStore()
  return computed(() => {
    const problems = (session.report?.diagnoses.length ?? 0) + texts.compile.length + texts.onlyTypes.length
    const log = session.summary?.log.length ?? 0
    const broken = eraRows(session.eras, session.matrix).filter((row) =>
      row.verdicts.some((each) => each.tone === 'error'),
    )
    return {
      problems: problems > 0 ? problems.toLocaleString('en') : '',
      console: log > 0 ? log.toLocaleString('en') : '',
      eras: broken.length > 0 ? `${broken.length} of ${session.eras.length}` : '',
    }
  })
}
