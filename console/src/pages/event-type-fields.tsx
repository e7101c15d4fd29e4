import { fieldsOf, type SchemaField } from '../../../src/domain/schema/fields.ts'
import { Section } from '../components/page.tsx'
import { useT } from '../i18n.tsx'

/** What a payload holds: path, type, whether it is always there, what it means, an example. */
export function FieldsTable(props: { readonly schema: unknown }) {
  const t = useT()
  const fields = fieldsOf(props.schema)
  const sampled = fields.some(({ example }) => example !== '')
  return (
    <Section title={t('eventType.fields')}>
      {fields.length === 0 ? (
        <p className="text-ink-3">{t('eventType.noFields')}</p>
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('eventType.field')}</th>
              <th scope="col">{t('eventType.fieldType')}</th>
              {sampled && (
                <th scope="col" className="max-sm:hidden">
                  {t('eventType.example')}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {fields.map((field, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: variants of a schema may share a path
              <Row key={at} field={field} sampled={sampled} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

function Row(props: { readonly field: SchemaField; readonly sampled: boolean }) {
  const t = useT()
  const { path, type, required, description, example } = props.field
  return (
    <tr>
      <td className="break-words">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="mono break-all">{path}</span>
          {required && <span className="text-ink-3 text-xs">{t('eventType.required')}</span>}
        </span>
        {description !== '' && <span className="block text-ink-2">{description}</span>}
        {example !== '' && (
          <span className="mono block break-all text-ink-3 sm:hidden">{example}</span>
        )}
      </td>
      <td className="mono break-words text-ink-2">{type}</td>
      {props.sampled && <td className="mono break-all text-ink-2 max-sm:hidden">{example}</td>}
    </tr>
  )
}
