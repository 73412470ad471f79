import Button from '@cloudscape-design/components/button';
import LiveRegion from '@cloudscape-design/components/live-region';
import type { NotificationList } from './use-list.ts';

/** New rows: announced when they come, and shown on demand where they may not move the others. */
export const News = ({ list: { news } }: { readonly list: NotificationList }) => (
  <>
    <LiveRegion hidden tagName="span">
      {news.announcement}
    </LiveRegion>
    {news.count > 0 && (
      <Button variant="primary" iconName="angle-up" onClick={news.show}>
        {`Show ${news.count} new`}
      </Button>
    )}
  </>
);
