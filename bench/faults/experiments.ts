import { abusiveReceivers } from './abusive-receivers.ts'
import { bulkReplay } from './bulk-replay.ts'
import { cluster, clusterFull, clusterMedium, zombies } from './cluster.ts'
import { diskFull } from './disk-full.ts'
import { failover } from './failover.ts'
import { fanOut } from './fan-out.ts'
import { fanOutCluster } from './fan-out-cluster.ts'
import { fidelity } from './fidelity.ts'
import { herdCluster } from './herd-cluster.ts'
import { hostileSoak } from './hostile-soak.ts'
import { killRestart } from './kill-restart.ts'
import { movingHouse } from './moving-house.ts'
import { narrowMachine } from './narrow-machine.ts'
import { noisyNeighbours } from './neighbours.ts'
import { oldSnapshot } from './old-snapshot.ts'
import { oneKeyOneEvent } from './one-key-one-event.ts'
import { postgresAway } from './postgres-away.ts'
import { postgresFull } from './postgres-full.ts'
import { powerLoss } from './power-loss.ts'
import { powerLossPostgres } from './power-loss-postgres.ts'
import { receiverAway } from './receiver-away.ts'
import { rollingDeploy } from './rolling-deploy.ts'
import { rotation } from './rotation.ts'
import { shortSoak, soak } from './soak.ts'
import type { Experiment } from './support/experiment.ts'
import { upgrade } from './upgrade.ts'

export const experiments: readonly Experiment[] = [
  killRestart,
  diskFull,
  powerLoss,
  powerLossPostgres,
  abusiveReceivers,
  hostileSoak,
  oneKeyOneEvent,
  fidelity,
  fanOut,
  rotation,
  receiverAway,
  cluster,
  clusterMedium,
  clusterFull,
  zombies,
  postgresAway,
  postgresFull,
  fanOutCluster,
  bulkReplay,
  oldSnapshot,
  failover,
  rollingDeploy,
  upgrade,
  movingHouse,
  soak,
  shortSoak,
  ...noisyNeighbours,
  herdCluster,
  ...narrowMachine,
]
