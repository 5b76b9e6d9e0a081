import type { SpliceDirection } from '../../../schemas/events.generated.ts';

/** What a segmentation type says. */
export interface SegmentationType {
  /** Name as in the standard. */
  name: string;
  /** Whether a break begins, ends, or nothing is said about breaks. */
  direction: Exclude<SpliceDirection, 'cancel'>;
  /** The descriptor may end with sub_segment_num and sub_segments_expected. */
  subSegments?: boolean;
}

const other = (name: string): SegmentationType => ({ name, direction: 'other' });

/**
 * segmentation_type_id of SCTE 35 2023, table 23. Overlays stay `other`: the programme goes on under them. Promos and programme boundaries
 * are no advertising.
 */
const types = new Map<number, SegmentationType>([
  [0x00, other('Not Indicated')],
  [0x01, other('Content Identification')],
  [0x02, other('Private')],
  [0x10, other('Program Start')],
  [0x11, other('Program End')],
  [0x12, other('Program Early Termination')],
  [0x13, other('Program Breakaway')],
  [0x14, other('Program Resumption')],
  [0x15, other('Program Runover Planned')],
  [0x16, other('Program Runover Unplanned')],
  [0x17, other('Program Overlap Start')],
  [0x18, other('Program Blackout Override')],
  [0x19, other('Program Join')],
  [0x1a, other('Program Immediate Resumption')],
  [0x20, other('Chapter Start')],
  [0x21, other('Chapter End')],
  [0x22, { name: 'Break Start', direction: 'out' }],
  [0x23, { name: 'Break End', direction: 'in' }],
  [0x24, other('Opening Credit Start')],
  [0x25, other('Opening Credit End')],
  [0x26, other('Closing Credit Start')],
  [0x27, other('Closing Credit End')],
  [0x30, { name: 'Provider Advertisement Start', direction: 'out', subSegments: true }],
  [0x31, { name: 'Provider Advertisement End', direction: 'in' }],
  [0x32, { name: 'Distributor Advertisement Start', direction: 'out', subSegments: true }],
  [0x33, { name: 'Distributor Advertisement End', direction: 'in' }],
  [0x34, { name: 'Provider Placement Opportunity Start', direction: 'out', subSegments: true }],
  [0x35, { name: 'Provider Placement Opportunity End', direction: 'in' }],
  [0x36, { name: 'Distributor Placement Opportunity Start', direction: 'out', subSegments: true }],
  [0x37, { name: 'Distributor Placement Opportunity End', direction: 'in' }],
  [0x38, { ...other('Provider Overlay Placement Opportunity Start'), subSegments: true }],
  [0x39, other('Provider Overlay Placement Opportunity End')],
  [0x3a, { ...other('Distributor Overlay Placement Opportunity Start'), subSegments: true }],
  [0x3b, other('Distributor Overlay Placement Opportunity End')],
  [0x3c, other('Provider Promo Start')],
  [0x3d, other('Provider Promo End')],
  [0x3e, other('Distributor Promo Start')],
  [0x3f, other('Distributor Promo End')],
  [0x40, other('Unscheduled Event Start')],
  [0x41, other('Unscheduled Event End')],
  [0x42, other('Alternate Content Opportunity Start')],
  [0x43, other('Alternate Content Opportunity End')],
  [0x44, { name: 'Provider Ad Block Start', direction: 'out', subSegments: true }],
  [0x45, { name: 'Provider Ad Block End', direction: 'in' }],
  [0x46, { name: 'Distributor Ad Block Start', direction: 'out', subSegments: true }],
  [0x47, { name: 'Distributor Ad Block End', direction: 'in' }],
  [0x50, other('Network Start')],
  [0x51, other('Network End')],
]);

/** Looks a segmentation_type_id (0 to 255) up; types that the standard does not know say nothing about breaks. */
export function segmentationTypeOf(id: number): SegmentationType {
  return types.get(id) ?? other('Unknown');
}
