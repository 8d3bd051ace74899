// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { useDocumentStore } from './document.ts'
import { useSessionStore } from './session.ts'
import { useTextErrorsStore } from './text-errors.ts'
import { useTypeErrorsStore } from './type-errors.ts'

it('says each mistake of the text once', () => {
  setActivePinia(createPinia())
  useDocumentStore().restore()
  const file = useDocumentStore().active
  const at = (line: number, column: number) => ({ file, line, column })
  const comma = "',' expected."
  useSessionStore().errors = [
    { code: 'syntax', message: comma, at: at(1, 3) },
    { code: 'syntax', message: comma, at: at(1, 9) },
    { code: 'syntax', message: comma, at: at(2, 1) },
  ]
  useTypeErrorsStore().reported = [
    { code: 'TS1005', message: comma, ...at(1, 3) },
    { code: 'TS2304', message: "Cannot find name 'x'.", ...at(3, 1) },
  ]
  const { compile, onlyTypes } = useTextErrorsStore()
  expect(compile.map((each) => each.at)).toEqual([at(1, 3), at(2, 1)])
  expect(onlyTypes.map(({ code }) => code)).toEqual(['TS2304'])
})
