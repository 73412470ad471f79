import { testUnviewedCount } from '../../unit/notifications/unviewed-count.ts';

testUnviewedCount(10_000);
