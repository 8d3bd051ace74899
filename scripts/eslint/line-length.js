/** Lines of at most 120 columns, long strings and regular expressions too. */

const LIMIT = 120

/** @type {import('eslint').Rule.RuleModule} */
export const lineLength = {
  meta: { type: 'layout', docs: { description: 'lines of at most 120 columns' }, schema: [] },
  create(context) {
    return {
      Program() {
        context.sourceCode.lines.forEach((text, index) => {
          if (text.length <= LIMIT) return
          const loc = { start: { line: index + 1, column: LIMIT }, end: { line: index + 1, column: text.length } }
          context.report({ loc, message: `the line has ${text.length} columns, the limit is ${LIMIT}` })
        })
      },
    }
  },
}
