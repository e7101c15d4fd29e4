/** G24: a steady load with failing endpoints; memory and descriptors stay where they are. */
import { setTimeout as wait } from 'node:timers/promises'
import { descriptorsOf, residentBytesOf } from '../support/machine.ts'
import { monotonicMs } from '../support/monotonic.ts'
import { rounded, slopeOf } from '../support/statistics.ts'
import { Books } from './support/books.ts'
import { type Experiment, type Report, Violations } from './support/experiment.ts'
import { numberedEvent } from './support/persistent-producer.ts'
import { arrange, inScene, type Scene } from './support/scene.ts'

const forms = {
  small: { seconds: 4, perSecond: 100, settleSeconds: 1 },
  medium: { seconds: 180, perSecond: 200, settleSeconds: 60 },
  large: { seconds: 1_800, perSecond: 200, settleSeconds: 300 },
} as const

const applications = 10
const slopeMaxMbPerMinute = 1
const descriptorsMargin = 10
const drainMs = 20_000
const connections = 16
/** Beyond the minute for which an idle connection may be kept when its receiver asks for it. */
const idleCloseMs = 75_000

export const soak: Experiment = {
  name: 'soak',
  sentence: 'a steady load with failing endpoints leaks neither memory nor descriptors (G24)',
  run: (form) => runSoak(form),
}

export const shortSoak: Experiment = {
  name: 'soak-short',
  sentence: 'the same for three minutes',
  largeOnly: true,
  run: () => runSoak('medium'),
}

function runSoak(form: keyof typeof forms): Promise<Report> {
  const behave = (path: string): { status: number; delayMs: number } => ({
    status: path === '/0' ? 500 : 200,
    delayMs: 0,
  })
  return inScene({ ledger: { behave }, connections }, (scene) => play(scene, form))
}

async function play(scene: Scene, form: keyof typeof forms): Promise<Report> {
  const { seconds, perSecond, settleSeconds } = forms[form]
  const { node, ledger } = scene
  const violations = new Violations()
  const descriptorsBefore = descriptorsOf(node.pid)
  const ids: string[] = []
  for (let at = 0; at < applications; at++) {
    ids.push((await arrange(scene, [`/${at}`])).applicationId) // path /0 fails: one in ten
  }
  const samples: [minute: number, megabytes: number][] = []
  const total = seconds * perSecond
  const startedAt = monotonicMs()
  let accepted = 0
  let refused = 0
  let sent = 0
  while (sent < total) {
    const elapsed = (monotonicMs() - startedAt) / 1000
    const due = Math.min(total, Math.floor(elapsed * perSecond))
    for (; sent < due; sent++) {
      const path = `/api/v1/app/${ids[sent % applications]}/msg`
      scene.api.call('POST', path, { body: numberedEvent(sent) }).then(
        ({ status }) => {
          if (status === 202) accepted += 1
          else refused += 1
        },
        () => {
          refused += 1
        },
      )
    }
    if (elapsed > settleSeconds && samples.length < elapsed - settleSeconds) {
      samples.push([elapsed / 60, residentBytesOf(node.pid) / 2 ** 20])
    }
    await wait(5)
  }
  const healthy = Math.round((total * (applications - 1)) / applications)
  const healthyCame = (): number => ledger.arrivals.length - ledger.countUnder('0')
  await ledger.until(() => healthyCame() >= healthy, drainMs)
  const came = healthyCame()
  violations.expect(refused === 0, `${refused} posts were refused`)
  violations.expect(came === healthy, `${came} of ${healthy} events came to healthy endpoints`)

  const slope = slopeOf(samples)
  const descriptors = form === 'small' ? null : await descriptorsLeft(scene, descriptorsBefore)
  if (descriptors !== null) {
    violations.expect(slope <= slopeMaxMbPerMinute, `memory grows by ${slope} MB a minute`)
    violations.expect(
      descriptors <= descriptorsMargin,
      `${descriptors} more descriptors than at the start`,
    )
  }
  const books = new Books(node.databaseFile)
  const states = books.deliveriesByState()
  books.close()
  return {
    name: form === 'medium' ? shortSoak.name : soak.name,
    form: form === 'small' ? 'small' : 'large',
    facts: {
      seconds,
      perSecond,
      accepted,
      requestsSeen: ledger.arrivals.length,
      succeeded: states.succeeded,
      waiting: states.pending + states.sending,
      residentMb: courseOf(samples),
      slopeMbPerMinute: rounded(slope),
      descriptorsMore: descriptors,
    },
    violations: violations.list(),
  }
}

/** How many more than at the start, once idle connections have had time to be closed. */
async function descriptorsLeft({ api, node }: Scene, before: number): Promise<number> {
  await api.close()
  const deadline = monotonicMs() + idleCloseMs
  let more = descriptorsOf(node.pid) - before
  while (more > descriptorsMargin && monotonicMs() < deadline) {
    await wait(100)
    more = descriptorsOf(node.pid) - before
  }
  return more
}

/** The measured memory in five equal parts of the time: `331, 340, …` MB. */
function courseOf(samples: readonly (readonly [minute: number, megabytes: number])[]): string {
  const each = Math.max(1, Math.floor(samples.length / 5))
  const parts = samples.filter((_, at) => at % each === each - 1)
  return parts.map(([, megabytes]) => Math.round(megabytes)).join(', ')
}
