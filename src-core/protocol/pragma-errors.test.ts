import { expect, it } from 'vitest'
import { compile } from '../compiler/compile.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { pragmaErrors } from './pragma-errors.ts'

function errorsOf(text: string): string[] {
  const files = [{ path: 'a.ts', text }]
  const program = compile('a.ts', files, SURFACE_INDEX)
  return pragmaErrors(program, 'a.ts', files).map(({ line, column, message }) => `${line}:${column} ${message}`)
}

it('says what a pragma asks for in vain, where it stands', () => {
  const text = ['// Text', '// @era v6.12', '  // @era v6.13', '// @machine cpus=2', '// @machine memory=3', '', '']
  expect(errorsOf(text.join('\n'))).toEqual([
    '3:3 @era: there is no era "v6.13"; did you mean v6.12?',
    expect.stringMatching(/^5:1 @machine: memory=3 is not possible/),
  ])
  expect(errorsOf('// @machine memroy=64M\n')).toEqual([
    expect.stringMatching(/^1:1 @machine: unknown setting 'memroy', did you mean 'memory'\?/),
  ])
  expect(errorsOf('/* x */\n// @schedule nonsense!\n')).toEqual([expect.stringMatching(/^2:1 @schedule: /)])
})
