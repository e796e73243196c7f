-- Every file is encrypted since the key ring came, so the flag says nothing any more.
alter table kernel.files drop column sealed;
