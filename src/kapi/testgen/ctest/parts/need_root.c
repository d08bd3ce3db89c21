static void need_root(void)
{
	if (geteuid())
		skip("needs root");
}
