import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { Page } from '../components/page.tsx'
import { useT } from '../i18n.tsx'
import { useScope } from '../state/scope.tsx'
import { DeliveryList } from './delivery-list.tsx'

/** Every delivery of the application: what left, what arrived, what waits, and why. */
export function DeliveriesPage() {
  const t = useT()
  const scope = useScope()
  return (
    <Page title={t('nav.deliveries')} fixed>
      <DeliveryList
        endpointId={null}
        empty={
          scope.may.manageEndpoints ? (
            <Link to={`${scope.base}/endpoints/new`} className="btn btn-primary">
              <Plus size={14} aria-hidden /> {t('endpoint.create')}
            </Link>
          ) : undefined
        }
      />
    </Page>
  )
}
