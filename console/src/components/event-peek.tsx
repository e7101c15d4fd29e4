/** What an event type means and what it looks like, below its row of the picker: loaded with it. */
import { sampleIn } from '../../../src/domain/schema/sample.ts'
import { newestSchema } from '../../../src/domain/schema/versions.ts'
import type { EventTypeOut } from '../api/model.ts'
import { useLocalization, useT } from '../i18n.tsx'
import { localizedText } from '../state/data.ts'
import { JsonView } from './json-view.tsx'

export function EventPeek(props: { readonly type: EventTypeOut }) {
  const t = useT()
  const { language } = useLocalization()
  const { type } = props
  const sample = sampleIn(newestSchema(type.schemas))
  return (
    <div className="flex flex-col gap-2 py-1 pr-2 pl-9 max-sm:pl-2">
      <p className="text-ink-2">
        {localizedText(type, 'description', language) || t('eventType.noDescription')}
      </p>
      {sample !== undefined && (
        <JsonView text={JSON.stringify(sample, null, 2)} label={t('eventType.example')} />
      )}
    </div>
  )
}
