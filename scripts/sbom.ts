/**
 * `npm run sbom`: writes `sbom.cdx.json`, the bill of materials of what is installed for run time, in
 * CycloneDX 1.5, from the lock file alone: the same lock file gives the same bytes. `npm sbom
 * --omit=dev` is not used, because it leaves out what development needs too (`pg` among it).
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

interface Locked {
  readonly version?: string
  readonly dev?: boolean
  readonly integrity?: string
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface BillOfMaterials {
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}
interface Component {
  readonly type: 'library' | 'application'
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly licenses?: readonly object[]
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
}

export function billOfMaterials(): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const packages: Readonly<Record<string, Locked>> = lock.packages
  const shipped = Object.keys(packages).filter(
    (path) => path === '' || packages[path]?.dev !== true,
  )
  const refs = new Map(shipped.map((path) => [path, refOf(path, packages[path], name)]))
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { ...componentOf('', packages[''], name), type: 'application' } },
    components: shipped
      .filter((path) => path !== '')
      .map((path) => componentOf(path, packages[path], name)),
    dependencies: shipped.map((path) => ({
      ref: refs.get(path),
      dependsOn: wantedBy(packages[path])
        .map((wanted) => refs.get(placeOf(wanted, path, refs)))
        .filter((ref) => ref !== undefined),
    })),
  }
  return `${JSON.stringify(bill, null, 2)}\n`
}

function componentOf(path: string, locked: Locked | undefined, own: string): Component {
  const ref = refOf(path, locked, own)
  const version = locked?.version ?? '0.0.0'
  const name = path === '' ? own : nameOf(path)
  const [algorithm, content = ''] = locked?.integrity?.split('-') ?? []
  const hash = { alg: 'SHA-512', content: Buffer.from(content, 'base64').toString('hex') }
  return {
    type: 'library',
    'bom-ref': ref,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(locked?.license === undefined ? {} : { licenses: [{ license: { id: locked.license } }] }),
    ...(algorithm === 'sha512' ? { hashes: [hash] } : {}),
  }
}

function refOf(path: string, locked: Locked | undefined, own: string): string {
  return `${path === '' ? own : path}@${locked?.version}`
}

function nameOf(path: string): string {
  return path.replace(/^.*node_modules\//, '')
}

function wantedBy(locked: Locked | undefined): readonly string[] {
  return Object.keys({ ...locked?.dependencies, ...locked?.optionalDependencies })
}

/** Where Node would find the package: in the nearest `node_modules` upwards. */
function placeOf(name: string, from: string, known: ReadonlyMap<string, string>): string {
  for (let at = from; ; at = at.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    if (known.has(place) || at === '') return place
  }
}

if (import.meta.main) writeFileSync(join(root, 'sbom.cdx.json'), billOfMaterials())
