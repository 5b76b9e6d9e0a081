/** The 80 class names of COCO (Lin et al. 2014) in the order that detectors trained on it use. */
export const cocoLabels: readonly string[] = (
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,bench,bird,cat,dog,horse,' +
  'sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,' +
  'baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,' +
  'hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,' +
  'sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush'
).split(',');

/** COCO category ids (1 to 90) that no class has. */
const unusedIds = new Set([12, 26, 29, 30, 45, 66, 68, 69, 71, 83]);

/** Index into {@link cocoLabels} by COCO category id minus 1 (0 to 89); -1 for the ids that no class has. */
export const coco90ToIndex: readonly number[] = Array.from({ length: 90 }, (_, position) => {
  const id = position + 1;
  if (unusedIds.has(id)) return -1;
  return position - [...unusedIds].filter((unused) => unused < id).length;
});
