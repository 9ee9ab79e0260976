import { ResponseStreamEventSchema } from "@stepwire/core/responses";
import { decodeEvents, encodeEvent } from "@stepwire/openai-sse";
import { toBinary } from "@bufbuild/protobuf";
import { readdirSync, readFileSync } from "node:fs";
const dir="/work/shared/corpus/responses_sse/";
const by=new Map<string,[number,number,number]>(); let S=0,B=0; const rows:any[]=[];
for (const f of readdirSync(dir).sort()) { 
  let bytes=readFileSync(dir+f);
  if (f.endsWith(".jsonl")) bytes=Buffer.from(bytes.toString().split("\n").filter(Boolean).map(l=>`data: ${l}\n\n`).join(""));
  let s=0,b=0;
  try { for await (const e of decodeEvents(ResponseStreamEventSchema,[bytes],{mode:"archive",framing:"lenient"} as any)) {
    const x=encodeEvent(ResponseStreamEventSchema,e).length, y=toBinary(ResponseStreamEventSchema,e).length; s+=x;b+=y;
    const k=String(e.event.case); const r=by.get(k)??[0,0,0]; by.set(k,[r[0]+1,r[1]+x,r[2]+y]); if(k==="other") console.log(f,e.event.value); } } catch(err){ console.log(f,String(err).slice(0,300)); }
  S+=s;B+=b; rows.push([f,s,b,(100*b/s).toFixed(0)]);
}
console.log(S,B,(100*B/S).toFixed(1));
for(const [k,[n,x,y]] of [...by].sort((a,b)=>b[1][2]-a[1][2]).slice(0,25)) console.log(k,n,x,y,(100*y/x).toFixed(0)+"%",(y/n).toFixed(0));
rows.sort((a,b)=>b[2]-a[2]); for (const r of rows.slice(0,25)) console.log(...r);
